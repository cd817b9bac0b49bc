// Finds the client's key wherever its SDK puts it, and decides whether it may use this route. Keys are looked up by
// their SHA-256, so neither a comparison nor a miss tells anything about the secrets.
import { hash } from 'node:crypto';
import { admit, type CallContext, GatewayError, type Host, plugin } from 'portico';

interface Config {
  readonly query: boolean;
}

export default plugin<Config>(
  ({ query }, host) => {
    return function auth(ctx, next) {
      identify(ctx, query, host);
      return next();
    };
  },
  {
    explain: ({ query }, host) => {
      return function auth(ctx, tell) {
        identify(ctx, query, host);
        tell({ verdict: 'passes', text: `the key is ${ctx.call.key?.name}` });
      };
    },
  },
);

function identify(ctx: CallContext, query: boolean, host: Host): void {
  const { call } = ctx;
  // Somebody before knows already whose call it is.
  if (call.key !== undefined) return;
  const secret = secretOf(ctx, query);
  if (secret === undefined) throw new GatewayError('missing-key');
  const key = host.findKey(hash('sha256', secret, 'hex'));
  if (key === undefined) throw new GatewayError('invalid-key');
  admit(call, key);
}

/** Browsers cannot set headers on a WebSocket; their SDK offers the key as a subprotocol. */
const subprotocol = /(?:^|,)\s*openai-insecure-api-key\.([^\s,]+)/;

/** Bearer, then the headers of the other dialects' SDKs, then the query, then a WebSocket's subprotocols. */
function secretOf(ctx: CallContext, query: boolean): string | undefined {
  const { headers, url = '' } = ctx.req;
  const bearer = /^Bearer\s+(\S+)\s*$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return bearer;
  for (const name of ['x-api-key', 'x-goog-api-key', 'api-key']) {
    const value = headers[name];
    if (typeof value === 'string' && value !== '') return value.trim();
  }
  const inQuery =
    query && url.includes('key=') ? new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('key') : null;
  return inQuery ?? subprotocol.exec(headers['sec-websocket-protocol'] ?? '')?.[1];
}
