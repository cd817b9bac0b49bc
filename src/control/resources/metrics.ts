// GET /metrics: everything counted, for Prometheus.
import type Router from '@koa/router';
import type { ControlPlane } from '../plane.ts';

export function metrics(router: Router, plane: ControlPlane): void {
  router.get('/metrics', async function metrics(ctx) {
    const { type, text } = await plane.metrics();
    ctx.set('content-type', type);
    ctx.body = text;
  });
}
