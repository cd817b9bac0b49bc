// Browsers cannot set headers on a WebSocket, so their SDKs send the key as one of the subprotocols they offer.

const keyed = /^openai-insecure-api-key\./;

/** Takes the client's key out of what is offered upstream. */
export function withoutKey(headers: Record<string, string>): void {
  const offered = headers['sec-websocket-protocol'];
  if (offered === undefined) return;
  const kept = offered
    .split(',')
    .map((name) => name.trim())
    .filter((name) => !keyed.test(name));
  if (kept.length === 0) delete headers['sec-websocket-protocol'];
  else headers['sec-websocket-protocol'] = kept.join(', ');
}
