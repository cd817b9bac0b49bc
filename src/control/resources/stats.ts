// GET /stats: the last minute in figures, small enough to be asked for every second.
import type Router from '@koa/router';
import type { ControlPlane } from '../plane.ts';

export function stats(router: Router, plane: ControlPlane): void {
  router.get('/stats', async function stats(ctx) {
    ctx.body = await plane.stats();
  });
}
