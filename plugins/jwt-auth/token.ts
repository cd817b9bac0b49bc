// Finds the token wherever the SDKs put their key. What does not look like a signed token is left to others.
import type { CallContext } from 'portico';

/** Browsers cannot set headers on a WebSocket; their SDK offers the key as a subprotocol. */
const subprotocol = /(?:^|,)\s*openai-insecure-api-key\.([^\s,]+)/;
/** The signature of an unsigned one is empty: it is a token all the same, and refused as one. */
const compact = /^([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;

/** The query is not looked at: addresses end up in logs, and a token is worth more than its name. */
export function tokenOf({ req: { headers } }: CallContext): string | undefined {
  const bearer = /^Bearer\s+(\S+)\s*$/i.exec(headers.authorization ?? '')?.[1];
  const others = ['x-api-key', 'x-goog-api-key', 'api-key'].map((name) => headers[name]);
  const offered = subprotocol.exec(headers['sec-websocket-protocol'] ?? '')?.[1];
  for (const sent of [bearer, ...others, offered]) {
    if (typeof sent === 'string' && isToken(sent.trim())) return sent.trim();
  }
  return undefined;
}

function isToken(text: string): boolean {
  const head = compact.exec(text)?.[1];
  if (head === undefined) return false;
  try {
    const header: unknown = JSON.parse(Buffer.from(head, 'base64url').toString());
    return typeof header === 'object' && header !== null && 'alg' in header;
  } catch {
    // Dots and letters that happen to look like one.
    return false;
  }
}
