// A tunnel through an HTTP proxy: CONNECT host:port (RFC 9110, 9.3.6), with Basic credentials from the proxy's URL.
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { isIPv6, type Socket } from 'node:net';
import type { Tunnel, TunnelStep } from './egress.ts';
import { EgressError } from './egress-error.ts';

export function tunnelHttp(proxy: URL): Tunnel {
  const request = proxy.protocol === 'https:' ? requestSecure : requestPlain;
  const connected = proxy.protocol === 'https:' ? 'secureConnect' : 'connect';
  const headers = credentials(proxy);
  return (host, port, signal, passed) =>
    new Promise<Socket>((resolve, reject) => {
      const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
      const connecting = request({
        ...address(proxy),
        method: 'CONNECT',
        path: authority,
        headers: { ...headers, host: authority },
        agent: false,
        signal,
      });
      connecting.on('connect', (answer, socket: Socket, head) => {
        const status = answer.statusCode ?? 0;
        if (status < 200 || status > 299) {
          socket.destroy();
          return reject(refusal(proxy, status, authority));
        }
        if (head.length > 0) socket.unshift(head);
        socket.setNoDelay(true);
        resolve(socket);
      });
      let reached = false;
      connecting.on('socket', (socket) => {
        socket.once(connected, () => (reached = true));
        if (passed !== undefined) tellSteps(socket, proxy, passed);
      });
      connecting.on('error', (error) => {
        const message = reached ? `did not connect to ${authority}` : 'cannot be reached';
        const code = reached ? 'EGRESS_REFUSED' : 'EGRESS_FAILED';
        reject(new EgressError(code, proxy, `${message}: ${error.message}`, error));
      });
      connecting.end();
    });
}

function tellSteps(socket: Socket, { protocol }: URL, passed: (step: TunnelStep) => void): void {
  socket.once('lookup', (error: Error | null) => error === null && passed('lookup'));
  socket.once('connect', () => passed('connect'));
  if (protocol === 'https:') socket.once('secureConnect', () => passed('proxy-tls'));
}

function address(proxy: URL): { host: string; port: number; servername?: string } {
  const host = proxy.hostname.replace(/^\[|\]$/g, '');
  return { host, port: Number(proxy.port || (proxy.protocol === 'https:' ? 443 : 80)) };
}

function credentials(proxy: URL): Record<string, string> {
  if (proxy.username === '' && proxy.password === '') return {};
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

function refusal(proxy: URL, status: number, authority: string): EgressError {
  if (status !== 407) return new EgressError('EGRESS_REFUSED', proxy, `refused to connect to ${authority} (${status})`);
  const sent = proxy.username === '' ? 'asks for a user and a password' : 'refused the user or the password';
  return new EgressError('EGRESS_AUTH', proxy, `${sent} (407)`);
}
