// The token of a login traded for the one that requests carry, where a vendor's API takes no other (`oauth.exchange` of
// provider.yaml). The login's token stays what it is.
import { textAt, valueAt } from '../../config/credentials/dotted.ts';
import { isSendable } from '../../config/credentials/sendable.ts';
import type { TokenExchange } from '../../core/index.ts';
import { hostOf } from '../endpoint/host-of.ts';
import { MintError, type Minted } from '../minted.ts';
import { checkedToken, lifetimeOf, lifeUntil } from './ask-token.ts';
import { askEndpoint } from './token-endpoint.ts';

export interface ExchangeRequest {
  readonly exchange: TokenExchange;
  readonly refreshToken: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly egressUrl: string | undefined;
  readonly signal: AbortSignal;
}

/** Throws MintError: its message holds no secret. */
export async function exchangeToken(options: ExchangeRequest): Promise<Minted> {
  const { exchange, refreshToken, now, egressUrl, signal } = options;
  const { url, method = 'GET', fields } = exchange;
  if (!isSendable(refreshToken)) throw new MintError('its refresh token is none that a header can hold', true);
  const { status, answer, retryAfterMs } = await askEndpoint({
    url,
    method,
    headers: filled(exchange.headers, refreshToken),
    body: undefined,
    egressUrl,
    signal,
  });
  // What is forbidden today (a plan that has run out) may be allowed tomorrow; a token that is not known will not be.
  if (status === 401) throw new MintError(`${hostOf(url)} refused the login (status 401): sign in again`, true);
  if (status < 200 || status > 299) {
    throw new MintError(`${hostOf(url)} refused (status ${status})`, false, retryAfterMs);
  }
  const said = fields.lifetime === undefined ? undefined : lifetimeOf(valueAt(answer, fields.lifetime));
  return {
    accessToken: checkedToken(textAt(answer, fields.accessToken), `"${fields.accessToken}"`, hostOf(url)),
    refreshToken: undefined,
    idToken: undefined,
    // The span first: it does not depend on whose clock is right.
    lifetimeMs:
      said ?? (fields.expiresAt === undefined ? undefined : lifeUntil(valueAt(answer, fields.expiresAt), now)),
  };
}

function filled(headers: TokenExchange['headers'], refreshToken: string): Record<string, string> {
  const all = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    value.replaceAll('{refreshToken}', () => refreshToken),
  ]);
  return { accept: 'application/json', ...Object.fromEntries(all) };
}
