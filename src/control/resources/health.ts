// /health/live: the process answers. /health/ready: requests would be served; 503 says why not. /health: always 200,
// `degraded` where ready would say 503, and whether an account can be used. The data listeners answer alike, but for
// providers of which no account can be used: those are told here only.
import type Router from '@koa/router';
import type { ControlPlane } from '../plane.ts';

export function health(router: Router, plane: ControlPlane): void {
  router.get('/health/live', function live(ctx) {
    ctx.body = { status: 'ok' };
  });
  router.get('/health', function overall(ctx) {
    const reasons = [...plane.unready(), ...plane.impaired()];
    ctx.body = { status: reasons.length === 0 ? 'ok' : 'degraded', authenticated: plane.authenticated(), reasons };
  });
  router.get('/health/ready', function ready(ctx) {
    const reasons = plane.unready();
    ctx.status = reasons.length === 0 ? 200 : 503;
    ctx.body = { status: reasons.length === 0 ? 'ok' : 'unavailable', reasons };
  });
}
