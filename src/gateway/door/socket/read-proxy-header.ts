// Takes the PROXY protocol header off a connection before HTTP or TLS sees a byte of it.
import type { Socket } from 'node:net';
import { systemClock } from '../../../core/index.ts';
import { parseProxyHeader } from './proxy-header.ts';

/**
 * Calls back with the client's address (undefined: the socket's own holds) once the header is off. A connection that
 * begins in another way, or takes longer than `ms`, is closed: who is there cannot be told.
 */
export function readProxyHeader(socket: Socket, ms: number, go: (source: string | undefined) => void): void {
  let bytes: Buffer = Buffer.alloc(0);
  const refuse = () => {
    stop();
    socket.destroy();
  };
  const alarm = systemClock.after(ms, refuse);
  const stop = () => {
    alarm.cancel();
    socket.off('readable', read).off('end', refuse).off('error', refuse).off('close', stop);
  };
  const read = () => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) return;
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    const header = parseProxyHeader(bytes);
    if (header === 'more') return;
    if (header === 'none') return refuse();
    stop();
    const rest = bytes.subarray(header.length);
    if (rest.length > 0) socket.unshift(rest);
    go(header.source);
  };
  socket.on('readable', read).on('end', refuse).on('error', refuse).on('close', stop);
}
