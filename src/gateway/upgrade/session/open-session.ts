// Switches the client's connection to a session. The handshake was a call of its own, which ends here: a session may last
// for hours, and each of its requests runs on the configuration of its time.
import type { GatewayCall } from '../../call/call.ts';
import type { Binding } from '../../door/listeners.ts';
import type { ClientSocket } from '../client-socket.ts';
import type { Sessions } from './sessions.ts';

export function openSession(call: GatewayCall, client: ClientSocket, binding: Binding, sessions: Sessions): void {
  if (call.gone !== undefined || call.res.destroyed) {
    call.outcome = 'aborted';
    call.error = call.gone?.code ?? 'client-closed';
    return;
  }
  const words = call.codec.session;
  if (words === undefined) throw new Error(`${call.dialect} has no sessions`);
  call.res.statusCode = 101;
  call.firstByteAt = call.clock.ticks();
  sessions.open({
    req: call.req,
    socket: client.take(call.res),
    binding,
    dialect: call.codec,
    words,
    maxMessage: call.match?.route.maxBody ?? 0,
    headers: { 'x-portico-id': call.id },
  });
}
