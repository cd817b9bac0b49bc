// One request to a token endpoint (RFC 6749, section 3.2), through the account's egress, and what its answer says.
import { type Dispatcher, request } from 'undici';
import { isSendable } from '../config/credentials/sendable.ts';
import { openEgress } from '../upstream/egress/open-egress.ts';
import { MintError, type Minted } from './minted.ts';
import { finalRetryMs } from './pace.ts';

export interface TokenRequest {
  readonly url: string;
  readonly body: 'form' | 'json';
  readonly fields: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly egressUrl: string | undefined;
  readonly signal: AbortSignal;
}

const largestAnswer = 1024 * 1024;
/** Ten years: more than any token is good for. */
const longestSeconds = 315_360_000;

/** Throws MintError: its message holds no secret. */
export async function askToken(asked: TokenRequest): Promise<Minted> {
  await using egress = openEgress(asked.egressUrl);
  const { status, headers, text } = await send(asked, egress);
  const answer = objectIn(text);
  if (status < 200 || status > 299) throw refused(status, headers, answer);
  const { access_token: accessToken, refresh_token: refreshToken, id_token: idToken, expires_in: seconds } = answer;
  if (typeof accessToken !== 'string' || accessToken === '') {
    throw new MintError(`${hostOf(asked.url)} answered without an access_token`, false);
  }
  if (!isSendable(accessToken)) {
    throw new MintError(`${hostOf(asked.url)} answered with an access_token that no header can hold`, false);
  }
  const lifetime = Number(seconds);
  return {
    accessToken,
    refreshToken: typeof refreshToken === 'string' && refreshToken !== '' ? refreshToken : undefined,
    idToken: typeof idToken === 'string' ? idToken : undefined,
    lifetimeMs: Number.isFinite(lifetime) && lifetime > 0 ? Math.min(lifetime, longestSeconds) * 1000 : undefined,
  };
}

async function send({ url, body, fields, headers, signal }: TokenRequest, dispatcher: Dispatcher) {
  const type = body === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  try {
    const answer = await request(url, {
      dispatcher,
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': type, ...headers },
      body: body === 'json' ? JSON.stringify(fields) : new URLSearchParams(fields).toString(),
      signal,
    });
    return { status: answer.statusCode, headers: answer.headers, text: await textOf(answer.body) };
  } catch (error) {
    if (error instanceof MintError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new MintError(`${hostOf(url)} cannot be reached: ${reason}`, false);
  }
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > largestAnswer) throw new MintError('the token endpoint answered with more than 1 MiB', false);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function objectIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** Errors of RFC 6749, 5.2 that asking again cannot change. */
const final = new Set([
  'invalid_grant',
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
]);

function refused(
  status: number,
  headers: Dispatcher.ResponseData['headers'],
  answer: Record<string, unknown>,
): MintError {
  // Only the code: a description may quote what was sent.
  const nested = typeof answer.error === 'object' && answer.error !== null ? Object(answer.error).type : answer.error;
  const code = typeof nested === 'string' && /^[\w.-]{1,60}$/.test(nested) ? nested : undefined;
  const seconds = Number(headers['retry-after']);
  // An account must not be lost to a slip of its vendor's.
  const wait = Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, finalRetryMs) : undefined;
  const said = code === undefined ? `status ${status}` : `${code}, status ${status}`;
  return new MintError(`the token endpoint refused (${said})`, code !== undefined && final.has(code), wait);
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'the token endpoint';
}
