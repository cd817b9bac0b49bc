// `fetch` for the OAuth library: through the account's egress, with a time limit, and never unencrypted but to loopback.
import type { Dispatcher } from 'undici';
import { isSafeEndpoint } from '../../../config/credentials/safe-endpoint.ts';
import type { LoadedLogin } from '../../../config/loaded.ts';
import type { Clock } from '../../../core/index.ts';
import { AnswerTooLarge, ask, ownName, reasonOf } from '../../endpoint/ask.ts';
import { LoginFailure, refused, unreachable, unsafeEndpoint } from '../problems.ts';

/** As the library calls it. */
export type Fetch = (
  url: string,
  options: { method: 'GET' | 'POST'; headers: Record<string, string>; body?: unknown },
) => Promise<Response>;

export interface Way {
  readonly facts: LoadedLogin;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly dispatcher: Dispatcher;
  readonly body: 'form' | 'json';
}

/** Milliseconds from the request to the end of its answer. */
export const requestLimitMs = 20_000;

/** What it returns throws LoginFailure; its message holds no secret. */
export function fetchThrough(way: Way): Fetch {
  return async (url, { method, headers, body }) => {
    if (!isSafeEndpoint(url)) throw new LoginFailure(unsafeEndpoint(way.facts, url));
    const limit = new AbortController();
    const alarm = way.clock.after(requestLimitMs, () => limit.abort());
    try {
      const {
        status,
        text,
        headers: said,
      } = await ask({
        url,
        dispatcher: way.dispatcher,
        method,
        signal: AbortSignal.any([way.signal, limit.signal]),
        ...written(body, headers, way.body),
      });
      const type = said['content-type'];
      return answerOf(status, text, typeof type === 'string' ? type : '');
    } catch (error) {
      if (error instanceof AnswerTooLarge) throw new LoginFailure(refused(way.facts, url, error.message));
      const reason = limit.signal.aborted ? `no answer within ${requestLimitMs / 1000} s` : reasonOf(error);
      throw new LoginFailure(unreachable(way.facts, url, reason));
    } finally {
      alarm.cancel();
    }
  };
}

function written(body: unknown, headers: Record<string, string>, form: Way['body']) {
  // The library would tell its own.
  const own = { ...headers, 'user-agent': ownName };
  if (!(body instanceof URLSearchParams)) return { headers: own };
  if (form === 'form') return { headers: own, body: body.toString() };
  return {
    headers: { ...own, 'content-type': 'application/json' },
    body: JSON.stringify(Object.fromEntries(body)),
  };
}

/** Its other headers say nothing that a login goes by. */
function answerOf(status: number, text: string, type: string): Response {
  const bodiless = status === 204 || status === 205 || status === 304;
  return new Response(bodiless ? null : text, { status, headers: { 'content-type': type } });
}
