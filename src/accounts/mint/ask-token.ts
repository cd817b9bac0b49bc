// What a token endpoint is asked (RFC 6749, section 3.2) and what its answer says.
import { valueAt } from '../../config/credentials/dotted.ts';
import { readExpiry } from '../../config/credentials/expiry.ts';
import { isSendable, longestToken } from '../../config/credentials/sendable.ts';
import type { CredentialSource } from '../../config/loaded.ts';
import { hostOf } from '../endpoint/host-of.ts';
import { errorIn } from '../endpoint/read-body.ts';
import { MintError, type Minted } from '../minted.ts';
import { askEndpoint, type EndpointAnswer } from './token-endpoint.ts';

export interface TokenRequest {
  readonly url: string;
  readonly body: 'form' | 'json';
  readonly fields: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Where the directory says that its answer has what (`oauth.loginFields`). */
  readonly places?: CredentialSource['loginFields'];
  /** Epoch milliseconds. */
  readonly now: number;
  readonly egressUrl: string | undefined;
  readonly signal: AbortSignal;
}

/** RFC 6749, 5.1. */
const usual = {
  accessToken: 'access_token',
  refreshToken: 'refresh_token',
  idToken: 'id_token',
  expiresAt: 'expires_in',
} as const;

/** Ten years: more than any token is good for. */
const longestSeconds = 315_360_000;

/** Throws MintError: its message holds no secret. */
export async function askToken(request: TokenRequest): Promise<Minted> {
  const { url, body, fields, headers, places = {}, now, egressUrl, signal } = request;
  const type = body === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  const told = await askEndpoint({
    url,
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': type, ...headers },
    body: body === 'json' ? JSON.stringify(fields) : new URLSearchParams(fields).toString(),
    egressUrl,
    signal,
  });
  const { status, answer } = told;
  if (status < 200 || status > 299) throw refused(told);
  const found = (field: keyof typeof usual) =>
    valueAt({ response: answer }, places[field] ?? ['response', usual[field]]);
  const [accessToken, refreshToken, idToken] = [found('accessToken'), found('refreshToken'), found('idToken')];
  // Some say no with a status that says yes.
  if (accessToken === undefined && errorIn(answer) !== undefined) throw refused(told);
  return {
    accessToken: checkedToken(accessToken, 'an access_token', hostOf(url)),
    refreshToken: textOf(refreshToken),
    idToken: textOf(idToken),
    lifetimeMs: places.expiresAt === undefined ? lifetimeOf(found('expiresAt')) : lifeUntil(found('expiresAt'), now),
  };
}

function textOf(token: unknown): string | undefined {
  return typeof token === 'string' && token !== '' && token.length <= longestToken ? token : undefined;
}

/** Throws where it is none, or none that can be sent. `what` is its name in the answer. */
export function checkedToken(token: unknown, what: string, host: string): string {
  if (typeof token !== 'string' || token === '') throw new MintError(`${host} answered without ${what}`, false);
  if (isSendable(token)) return token;
  throw new MintError(`${host} answered with ${what} that no header can hold`, false);
}

/** Undefined for what is no time, and for one that is over: whosever clock is wrong, nothing can be reckoned with it. */
export function lifeUntil(end: unknown, now: number): number | undefined {
  const at = readExpiry(end, now)?.at;
  return at === undefined || at <= now ? undefined : Math.min(at - now, longestSeconds * 1000);
}

/** Of seconds; undefined for what is no span. */
export function lifetimeOf(seconds: unknown): number | undefined {
  const span = typeof seconds === 'string' || typeof seconds === 'number' ? Number(seconds) : Number.NaN;
  return Number.isFinite(span) && span > 0 ? Math.min(span, longestSeconds) * 1000 : undefined;
}

/** Errors of RFC 6749, 5.2 that asking again cannot change. */
const final = new Set([
  'invalid_grant',
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
]);

function refused({ status, answer, retryAfterMs }: EndpointAnswer): MintError {
  const code = errorIn(answer);
  const said = code === undefined ? `status ${status}` : `${code}, status ${status}`;
  return new MintError(`the token endpoint refused (${said})`, code !== undefined && final.has(code), retryAfterMs);
}
