// Refuses what no dialect knows: a wrong method, an unknown path that is not posted to. Asked by the step that matches,
// and again before a call goes anywhere: OPTIONS passes the first so that a plugin may answer it.
import { GatewayError } from '../../core/index.ts';
import { isSocket } from '../../dialects/operations.ts';
import type { GatewayCall } from '../call/call.ts';

/** Throws `method-not-allowed`, `websocket-not-served`, `websocket-required` or `unknown-path`. A plain forward takes everything. */
export function mustBeKnown({ match: found, req, snapshot, upgrades }: GatewayCall): void {
  if (found?.route.url !== undefined) return;
  if (found?.leftOut === true) {
    throw new GatewayError('unknown-path', {
      message: 'This path belongs to an API that is not spoken on this route.',
    });
  }
  // Clients that can do without go on with an ordinary request when they are told so.
  if (found?.allow !== undefined && upgrades) throw new GatewayError('websocket-not-served');
  if (found?.allow !== undefined) {
    throw new GatewayError('method-not-allowed', { message: `This path takes ${found.allow}.` });
  }
  if (found?.endpoint !== undefined && isSocket(found.endpoint.operation) && !upgrades) {
    throw new GatewayError('websocket-required', {
      message: `With ${found.endpoint.method} this path is served over WebSocket only.`,
    });
  }
  // A post says by 501 that nobody takes it; anything else goes to a provider that takes unknown paths, or nowhere.
  if (found?.endpoint !== undefined || req.method === 'POST') return;
  const need = {
    dialect: found?.dialect.name ?? 'openai-chat',
    operation: 'opaque',
    providers: found?.route.providers ?? [],
  } as const;
  if (snapshot.parts.models.offering(need).length === 0) throw new GatewayError('unknown-path');
}
