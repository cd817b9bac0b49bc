// Headers across a plain forward: unlike to a provider, everything passes that is between the client and the service
// (cookies, encodings, caching), and only what belongs to one connection or could be forged does not.
import type { IncomingHttpHeaders } from 'node:http';
import { hopByHop, named } from './headers.ts';

/** Set anew for the upstream, or a claim about the client that only a proxy may make. */
const setAnew = new Set([
  ...hopByHop,
  'host',
  'content-length',
  'expect',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-real-ip',
]);

/** Where `auth` takes a key from: with a key of the gateway's none of them is the service's business. */
const credentials = new Set(['authorization', 'x-api-key', 'x-goog-api-key', 'api-key']);

/** `alt-svc` would lead clients past the gateway. */
const notDownstream = new Set([...hopByHop, 'alt-svc']);

/** `keyed`: the client has identified itself to the gateway. */
export function headersToService(headers: IncomingHttpHeaders, keyed: boolean): Record<string, string> {
  const listed = named(headers.connection);
  const out: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || setAnew.has(name) || listed.includes(name)) continue;
    if (keyed && credentials.has(name)) continue;
    out[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return out;
}

export function headersFromService(
  headers: Readonly<Record<string, string | string[]>>,
): Record<string, string | string[]> {
  const listed = named(headers.connection);
  const out: Record<string, string | string[]> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !notDownstream.has(name) && !listed.includes(name)) out[name] = value;
  }
  return out;
}
