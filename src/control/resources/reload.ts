// POST /reload: look at the disk now, and answer when that is done. 422 when what is there was not taken.
import type Router from '@koa/router';
import type { ControlPlane } from '../plane.ts';

export function reload(router: Router, plane: ControlPlane): void {
  router.post('/reload', async function reload(ctx) {
    const result = await plane.reload();
    ctx.status = result.outcome === 'rejected' ? 422 : 200;
    ctx.body = result;
  });
}
