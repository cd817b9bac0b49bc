// `fetch` for the OAuth library: through the account's egress, with a time limit and a size limit, redirects not followed,
// and never unencrypted but to loopback.
import { type Dispatcher, request } from 'undici';
import { isSafeEndpoint } from '../../../config/credentials/safe-endpoint.ts';
import type { LoadedLogin } from '../../../config/loaded.ts';
import type { Clock } from '../../../core/index.ts';
import { LoginFailure, refused, unreachable, unsafeEndpoint } from '../problems.ts';

/** As the library calls it. */
export type Fetch = (
  url: string,
  options: { method: string; headers: Record<string, string>; body?: unknown },
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
const largestAnswer = 1024 * 1024;

/** What it returns throws LoginFailure; its message holds no secret. */
export function fetchThrough(way: Way): Fetch {
  return async (url, { method, headers, body }) => {
    if (!isSafeEndpoint(url)) throw new LoginFailure(unsafeEndpoint(way.facts, url));
    const limit = new AbortController();
    const alarm = way.clock.after(requestLimitMs, () => limit.abort());
    try {
      const answer = await request(url, {
        dispatcher: way.dispatcher,
        method,
        signal: AbortSignal.any([way.signal, limit.signal]),
        ...written(body, headers, way.body),
      });
      const text = await textOf(answer.body, () => refused(way.facts, url, 'it answered with more than 1 MiB'));
      const type = answer.headers['content-type'];
      return answerOf(answer.statusCode, text, typeof type === 'string' ? type : '');
    } catch (error) {
      if (error instanceof LoginFailure) throw error;
      const reason = limit.signal.aborted ? `no answer within ${requestLimitMs / 1000} s` : reasonOf(error);
      throw new LoginFailure(unreachable(way.facts, url, reason));
    } finally {
      alarm.cancel();
    }
  };
}

function written(body: unknown, headers: Record<string, string>, form: Way['body']) {
  const own = { ...headers, 'user-agent': 'portico', 'accept-encoding': 'identity' };
  if (!(body instanceof URLSearchParams)) return { headers: own };
  if (form === 'form') return { headers: own, body: body.toString() };
  return {
    headers: { ...own, 'content-type': 'application/json' },
    body: JSON.stringify(Object.fromEntries(body)),
  };
}

async function textOf(body: AsyncIterable<Buffer>, tooLarge: () => ConstructorParameters<typeof LoginFailure>[0]) {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > largestAnswer) throw new LoginFailure(tooLarge());
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Its other headers say nothing that a login goes by. */
function answerOf(status: number, text: string, type: string): Response {
  const bodiless = status === 204 || status === 205 || status === 304;
  return new Response(bodiless ? null : text, { status, headers: { 'content-type': type } });
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 300);
}
