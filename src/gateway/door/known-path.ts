// Refuses what no dialect knows: a wrong method, an unknown path that is not posted to. Asked by the step that matches,
// and again before a call goes anywhere: OPTIONS passes the first so that a plugin may answer it.
import { GatewayError } from '../../core/index.ts';
import type { GatewayCall } from '../call/call.ts';

/** Throws `method-not-allowed` or `unknown-path`. A plain forward takes everything. */
export function mustBeKnown({ match: found, req }: GatewayCall): void {
  if (found?.route.url !== undefined) return;
  if (found?.allow !== undefined) {
    throw new GatewayError('method-not-allowed', { message: `This path takes ${found.allow}.` });
  }
  // Anything may be posted as JSON to a provider that takes unknown paths; nothing else is guessed.
  if (found?.endpoint === undefined && req.method !== 'POST') throw new GatewayError('unknown-path');
}
