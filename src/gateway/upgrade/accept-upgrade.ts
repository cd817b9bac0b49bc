// A request that asks for a WebSocket. node gives its socket away and forgets it; here it gets a response all the same,
// so that it walks the pipeline like any other and a refusal is an ordinary answer.
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Exchanges, whenOver } from '../door/exchanges.ts';
import { linger } from '../door/linger.ts';
import { ClientSocket } from './client-socket.ts';

/** Which requests are served as upgrades; the others are as if they had not asked (RFC 9110 7.8). */
export function asksForWebSocket({ method, headers, httpVersionMajor, httpVersionMinor }: IncomingMessage): boolean {
  if (method !== 'GET' || httpVersionMajor !== 1 || httpVersionMinor !== 1) return false;
  // Bytes of a body would be taken for the first of the connection.
  if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0) return false;
  return headers.upgrade?.toLowerCase() === 'websocket';
}

export interface Asking {
  readonly req: IncomingMessage;
  readonly socket: Socket;
  /** What the client has sent behind its request. */
  readonly head: Buffer;
}

/** Calls `serve` once earlier requests of the connection are answered. */
export function acceptUpgrade(
  { req, socket, head }: Asking,
  exchanges: Exchanges,
  lingerMs: number,
  serve: (res: ServerResponse, client: ClientSocket) => void,
): void {
  socket.on('error', () => socket.destroy());
  whenOver(exchanges.last(socket)?.res, () => {
    if (socket.destroyed) return;
    // That of a kept-alive connection.
    socket.setTimeout(0);
    const client = new ClientSocket(socket, head);
    const res = new ServerResponse(req);
    res.shouldKeepAlive = false;
    res.assignSocket(socket);
    const drained = () => res.emit('drain');
    socket.on('drain', drained);
    // As node's server does it for its own.
    res.once('finish', () => {
      socket.off('drain', drained);
      client.take(res).resume();
      linger(socket, lingerMs);
      res.emit('close');
    });
    serve(res, client);
  });
}
