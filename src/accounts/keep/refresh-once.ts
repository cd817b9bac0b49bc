// One refresh without a gateway, as a command does it: under the lock of the file, written back before anything is told.
import type { CredentialSource } from '../../config/loaded.ts';
import type { Clock } from '../../core/index.ts';
import type { Refreshed } from '../credential-status.ts';
import { whyNotWritable } from '../file/writable.ts';
import { asMintError, MintError } from '../minted.ts';
import { KeptTokens } from './kept-tokens.ts';
import { renew } from './renew.ts';
import { whyNotRefreshed } from './why-not-refreshed.ts';

export interface RefreshOnce {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Also where it is not due yet. Never rejects; a message of its errors holds no secret. */
export async function refreshAccount(
  source: CredentialSource,
  { clock, signal }: RefreshOnce,
): Promise<Refreshed | MintError> {
  const why = whyNotRefreshed(source, source.tokens.refreshToken);
  if (why !== undefined) return new MintError(why, true);
  const lost = source.kind === 'oauth' && source.origin !== undefined && (await whyNotWritable(source.origin.file));
  // The vendor may end the old refresh token with the first use of it.
  if (lost) return new MintError(`${lost}: the new tokens would be lost, and with them the login`, false);
  const tokens = new KeptTokens(source.tokens);
  try {
    const { from, kept } = await renew({ source, tokens, clock, signal });
    return { expiresAt: tokens.now.expiresAt, refreshed: from === 'vendor', kept };
  } catch (error) {
    return asMintError(error);
  }
}
