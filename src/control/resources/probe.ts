// POST /accounts/{provider}/{account}/probe[?model=]: asks the account whether it works, with the cheapest request there is.
import type Router from '@koa/router';
import type { ControlPlane } from '../plane.ts';
import { Refusal, refuse } from '../refuse.ts';

/** Milliseconds a probe by hand may take. */
const patience = 10_000;

export function probe(router: Router, plane: ControlPlane): void {
  router.post('/accounts/:provider/:account/probe', async function probe(ctx) {
    const { provider = '', account = '' } = ctx.params;
    const { model } = ctx.query;
    if (Array.isArray(model)) return refuse(ctx, 400, 'bad-query', '`model` may be given once.');
    const result = await plane.probe({ provider, account, model, timeout: patience });
    if ('wrong' in result) throw new Refusal(400, 'invalid-request', result.wrong);
    ctx.body = result.probed;
  });
}
