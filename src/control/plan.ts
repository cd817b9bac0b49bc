// POST /plan: the text of a main configuration file -> what saving it would change. Secrets are masked; nothing changes.
import type Router from '@koa/router';
import { readText } from './body.ts';
import type { ControlPlane } from './plane.ts';

export function plan(router: Router, plane: ControlPlane): void {
  router.post('/plan', async function plan(ctx) {
    ctx.body = await plane.plan(await readText(ctx.req));
  });
}
