// Which headers cross the gateway. Hop-by-hop ones never do (RFC 9110 7.6.1), nor do the client's credentials.
import type { IncomingHttpHeaders } from 'node:http';
import { withoutKey } from '../dialects/key-subprotocol.ts';

export const hopByHop: readonly string[] = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
];

/** Also not sent upstream: credentials, what the gateway sets itself, and what tells of the client's network. */
const notUpstream = new Set([
  ...hopByHop,
  'host',
  'content-length',
  'content-encoding',
  'accept-encoding',
  'expect',
  'authorization',
  'x-api-key',
  'x-goog-api-key',
  'api-key',
  'cookie',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-real-ip',
]);

/** Not sent to the client: `content-encoding` is undone, cookies belong to the account's session. */
const notDownstream = new Set([...hopByHop, 'content-encoding', 'set-cookie', 'alt-svc', 'strict-transport-security']);

/** Names listed in a Connection header are hop-by-hop too. */
export function named(connection: string | string[] | undefined): readonly string[] {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return [];
  return String(connection)
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
}

/** The client's headers as the upstream may see them. */
export function upstreamHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const listed = named(headers.connection);
  const out: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || notUpstream.has(name) || listed.includes(name)) continue;
    out[name] = typeof value === 'string' ? value : value.join(', ');
  }
  withoutKey(out);
  return out;
}

/** The upstream's headers as the client may see them. `content-length` goes where the body was decompressed. */
export function clientHeaders(headers: Readonly<Record<string, string | string[]>>): Record<string, string | string[]> {
  const listed = named(headers.connection);
  const decoded = headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity';
  const out: Record<string, string | string[]> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || notDownstream.has(name) || listed.includes(name)) continue;
    if (decoded && name === 'content-length') continue;
    out[name] = value;
  }
  return out;
}
