// GET /accounts: every account of the configuration and how it does. POST /accounts/reset and
// POST /accounts/{provider}/{account}/reset[?model=]: whatever was put aside there is asked again at once.
import type Router from '@koa/router';
import type { ControlPlane } from '../plane.ts';
import { refuse } from '../refuse.ts';

export function accounts(router: Router, plane: ControlPlane): void {
  router.get('/accounts', async function accounts(ctx) {
    ctx.body = { accounts: await plane.accounts() };
  });
  router.post('/accounts/reset', function resetAll(ctx) {
    ctx.body = { reset: plane.resetAccounts() };
  });
  router.post('/accounts/:provider/:account/reset', function reset(ctx) {
    const { provider = '', account = '' } = ctx.params;
    const { model } = ctx.query;
    if (Array.isArray(model)) return refuse(ctx, 400, 'bad-query', '`model` may be given once.');
    const taken = plane.resetAccounts({ provider, account, model });
    if (taken === undefined) return refuse(ctx, 404, 'unknown-account', `There is no account ${provider}/${account}.`);
    ctx.body = { reset: taken };
  });
}
