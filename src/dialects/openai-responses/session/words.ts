// The Responses API over a WebSocket: `response.create` messages with the body of a request, every event a frame.
// https://developers.openai.com/api/docs/guides/websocket-mode; how its best known client reads it: openai/codex,
// codex-rs/codex-api/src/endpoint/responses_websocket.rs
import type { SessionWords } from '../../../core/index.ts';
import { Talk } from './talk.ts';

/** Of the handshake alone. A compressed answer would have to be unpacked again. */
const notRepeated =
  /^(?:connection|upgrade|sec-websocket-.*|content-.*|transfer-encoding|accept|accept-encoding|expect|te)$/;
const subprotocolKey = /(?:^|,)\s*openai-insecure-api-key\.([^\s,]+)/;

export const session: SessionWords = {
  requestHeaders(upgrade) {
    const headers: Record<string, string> = { 'content-type': 'application/json', accept: 'text/event-stream' };
    for (const [name, value] of Object.entries(upgrade)) {
      if (value === undefined || notRepeated.test(name)) continue;
      headers[name] = Array.isArray(value) ? value.join(', ') : value;
    }
    const offered = upgrade['sec-websocket-protocol'];
    const key = typeof offered === 'string' ? subprotocolKey.exec(offered)?.[1] : undefined;
    if (key !== undefined) headers.authorization ??= `Bearer ${key}`;
    dropSocketBeta(headers);
    return headers;
  },
  open: (facts) => new Talk(facts),
};

/** `responses_websockets=2026-02-06` speaks of the connection, which is none any more. */
function dropSocketBeta(headers: Record<string, string>): void {
  const betas = headers['openai-beta']?.split(',').map((beta) => beta.trim());
  const kept = betas?.filter((beta) => !beta.startsWith('responses_websockets'));
  if (kept === undefined) return;
  if (kept.length === 0) delete headers['openai-beta'];
  else headers['openai-beta'] = kept.join(', ');
}
