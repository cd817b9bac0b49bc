// A refused request as a frame. Clients read `status` first, then the error as in an HTTP answer; the headers stand beside it.
// openai/codex, codex-rs/codex-api/src/endpoint/responses_websocket.rs: WrappedWebsocketErrorEvent
import { asObject, errorMessage, parseJson } from '../../json.ts';

/** What a client may act on. */
const told = /^(?:retry-after(?:-ms)?|x-should-retry|x-request-id|x-portico-id|x-ratelimit-.*|x-codex-.*)$/;

export function errorFrame(
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
): string {
  const parsed = parseJson(body);
  const error = asObject(asObject(parsed)?.error) ?? {
    message: errorMessage(parsed) ?? 'The answer could not be understood.',
    type: 'server_error',
    param: null,
    code: null,
  };
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => told.test(name)));
  return JSON.stringify({ type: 'error', status: status < 400 ? 502 : status, error, headers: kept });
}
