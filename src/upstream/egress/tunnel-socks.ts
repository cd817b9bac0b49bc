// A tunnel through a SOCKS5 proxy (RFC 1928, 1929). `socks5` looks the host up here, `socks5h` leaves that to the proxy.
import { lookup } from 'node:dns/promises';
import { connect, type Socket } from 'node:net';
import { SocksClient } from 'socks';
import type { Tunnel, TunnelStep } from './egress.ts';
import { EgressError } from './egress-error.ts';

/** The library has a limit of its own; the signal comes first. */
const libraryLimitMs = 2 ** 31 - 1;

export function tunnelSocks(proxy: URL): Tunnel {
  const remoteLookup = proxy.protocol === 'socks5h:';
  return async (host, port, signal, passed) => {
    const target = remoteLookup ? host : (await lookup(host)).address;
    signal.throwIfAborted();
    const socket = await connectTo(proxy, signal, passed);
    const abandon = () => socket.destroy(signal.reason);
    signal.addEventListener('abort', abandon);
    try {
      return await negotiate(proxy, socket, target, port);
    } finally {
      signal.removeEventListener('abort', abandon);
    }
  };
}

function connectTo(proxy: URL, signal: AbortSignal, passed?: (step: TunnelStep) => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const host = proxy.hostname.replace(/^\[|\]$/g, '');
    const socket = connect({ host, port: Number(proxy.port || 1080), noDelay: true, keepAlive: true });
    const abandon = () => socket.destroy(signal.reason);
    signal.addEventListener('abort', abandon);
    socket.once('lookup', (error: Error | null) => error === null && passed?.('lookup'));
    socket.once('connect', () => {
      passed?.('connect');
      signal.removeEventListener('abort', abandon);
      socket.off('error', failed);
      resolve(socket);
    });
    socket.once('error', failed);
    function failed(error: Error): void {
      signal.removeEventListener('abort', abandon);
      reject(new EgressError('EGRESS_FAILED', proxy, `cannot be reached: ${error.message}`, error));
    }
  });
}

async function negotiate(proxy: URL, socket: Socket, host: string, port: number): Promise<Socket> {
  const named = proxy.username !== '';
  try {
    const established = await SocksClient.createConnection({
      existing_socket: socket,
      proxy: {
        host: '127.0.0.1',
        port: 1080,
        type: 5,
        ...(named && { userId: decodeURIComponent(proxy.username), password: decodeURIComponent(proxy.password) }),
      },
      command: 'connect',
      destination: { host, port },
      timeout: libraryLimitMs,
    });
    return established.socket;
  } catch (error) {
    socket.destroy();
    throw refusal(proxy, host, port, error);
  }
}

/** The library tells its cases apart by message only. */
function refusal(proxy: URL, host: string, port: number, error: unknown): EgressError {
  const reason = error instanceof Error ? error.message : String(error);
  if (/auth/i.test(reason)) return new EgressError('EGRESS_AUTH', proxy, 'refused the user or the password', error);
  return new EgressError('EGRESS_REFUSED', proxy, `did not connect to ${host}:${port}: ${reason}`, error);
}
