// Closing a connection whose client is still sending. The kernel resets a connection that is closed on unread bytes,
// and a client that is reset may never see the answer; so the sending side ends first, and what still comes is
// discarded for a while (RFC 9112 9.6).
import type { Socket } from 'node:net';
import { systemClock } from '../../core/index.ts';
import type { Exchanges } from './exchanges.ts';

/** Ends the sending side now and the connection when the client closes its own, at the latest after `ms`. */
export function linger(socket: Socket, ms: number): void {
  socket.end();
  const alarm = systemClock.after(ms, () => socket.destroy());
  socket.once('close', () => alarm.cancel());
}

/** Makes node linger where it would close a connection after an answer to a request that has not arrived whole. */
export function lingersAfterAnswers(socket: Socket, exchanges: Exchanges, ms: number): void {
  const destroySoon = socket.destroySoon.bind(socket);
  socket.destroySoon = () => {
    const rest = exchanges.last(socket)?.res.req;
    if (rest === undefined || rest.complete) return destroySoon();
    linger(socket, ms);
    // Nothing after this request may be served: the client was told that the connection ends.
    rest.once('end', destroySoon).resume();
  };
}
