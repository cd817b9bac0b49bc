// GET /ports: every port that is bound, and those the configuration wants besides.
import type Router from '@koa/router';
import type { ControlPlane } from '../plane.ts';

export function ports(router: Router, plane: ControlPlane): void {
  router.get('/ports', async function ports(ctx) {
    ctx.body = { ports: await plane.ports() };
  });
}
