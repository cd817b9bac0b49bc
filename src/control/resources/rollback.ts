// POST /rollback {revision}: writes an earlier revision back to its files and serves it.
import type Router from '@koa/router';
import { readMember } from '../body.ts';
import type { ControlPlane } from '../plane.ts';
import { refuse } from '../refuse.ts';

const statuses = { unknown: 404, invalid: 422, 'not-served': 422, 'read-only': 409 } as const;

export function rollback(router: Router, plane: ControlPlane): void {
  router.post('/rollback', async function rollback(ctx) {
    const outcome = await plane.rollback(await readMember(ctx.req, 'revision'));
    if (outcome.done) {
      ctx.body = { revision: outcome.revision, result: outcome.result };
      return;
    }
    const { done: _, why, message, ...details } = outcome;
    refuse(ctx, statuses[why], why, message, details);
  });
}
