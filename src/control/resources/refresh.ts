// POST /accounts/{provider}/{account}/refresh: new tokens for a credential now, whenever it is due.
import type Router from '@koa/router';
import type { ControlPlane } from '../plane.ts';

export function refresh(router: Router, plane: ControlPlane): void {
  router.post('/accounts/:provider/:account/refresh', async function refresh(ctx) {
    const { provider = '', account = '' } = ctx.params;
    ctx.body = await plane.refreshAccount({ provider, account });
  });
}
