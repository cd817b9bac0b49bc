// GET /history: revisions that were served, newest first.
import type Router from '@koa/router';
import type { ControlPlane } from '../plane.ts';

export function history(router: Router, plane: ControlPlane): void {
  router.get('/history', async function history(ctx) {
    ctx.body = { revisions: await plane.history() };
  });
}
