// GET /status: what is served, by whom, and what is wrong with it.
import type Router from '@koa/router';
import type { ControlPlane } from '../plane.ts';

export function status(router: Router, plane: ControlPlane): void {
  router.get('/status', function status(ctx) {
    ctx.body = plane.status();
  });
}
