// Addresses in an answer that the client will follow (where to send the bytes of an upload, where to find the results
// of a batch) lead through the gateway too: straight at the upstream it would present a key that is good only here.
import { isSource, type Reply } from '../../core/index.ts';
import { Replaced, replaceText } from '../../upstream/answer/replace-text.ts';
import type { GatewayCall } from '../call/call.ts';
import type { Account } from '../snapshot.ts';

export function linkBack(call: GatewayCall, account: Account, reply: Reply): void {
  const { links = [], bodyLinks } = call.match?.endpoint ?? {};
  if (bodyLinks !== undefined) linkBodyBack(call, account, reply, bodyLinks);
  for (const name of links) {
    const link = reply.headers[name];
    const url = typeof link === 'string' ? URL.parse(link) : null;
    if (url === null || url.host !== account.baseUrl.host) continue;
    const base = account.baseUrl.pathname.replace(/\/+$/, '');
    const path = url.pathname.startsWith(`${base}/`) ? url.pathname.slice(base.length) : url.pathname;
    url.searchParams.delete('key');
    reply.headers[name] = `${ownAddress(call)}${path}${url.search}`;
  }
}

function linkBodyBack(call: GatewayCall, { baseUrl }: Account, reply: Reply, path: string): void {
  if (!String(reply.headers['content-type']).includes('json')) return;
  const from = Buffer.from(`"${baseUrl.origin}${baseUrl.pathname.replace(/\/+$/, '')}${path}`);
  const to = Buffer.from(`"${ownAddress(call)}${path}`);
  if (isSource(reply.body)) {
    reply.body = new Replaced(reply.body, from, to);
    delete reply.headers['content-length'];
    return;
  }
  reply.body = replaceText(reply.body, from, to);
  if (reply.headers['content-length'] !== undefined) reply.headers['content-length'] = String(reply.body.length);
}

/** Scheme, host and the route's prefix as this client used them. */
function ownAddress(call: GatewayCall): string {
  const { req, match } = call;
  const path = (req.url ?? '').split('?', 1)[0] ?? '';
  const rest = match?.rest ?? '';
  const prefix = path.endsWith(rest) ? path.slice(0, path.length - rest.length) : '';
  // Behind a proxy that ends TLS the client must come back the way it came.
  const { scheme, host } = call.door.client.asked(req);
  return `${scheme}://${host}${prefix}`;
}
