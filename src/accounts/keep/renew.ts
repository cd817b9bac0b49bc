// New tokens for an account: under the lock of its file, which is read again first (another process may have been there), and
// written back before anybody is told.
import { endOf } from '../../config/credentials/claims.ts';
import type { CredentialSource, TokenSet } from '../../config/loaded.ts';
import type { Clock } from '../../core/index.ts';
import type { Keeping } from '../credential-status.ts';
import { LockTaken, whileRefreshing } from '../file/lock.ts';
import { tokensIn, type Written, writeTokens } from '../file/tokens.ts';
import { MintError, type Minted } from '../minted.ts';
import type { KeptTokens } from './kept-tokens.ts';
import { lockLimitMs, mintLimitMs } from './pace.ts';

export interface RenewOptions {
  readonly source: CredentialSource;
  /** Have the new ones in the end. */
  readonly tokens: KeptTokens;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface Renewed {
  /** `vendor`: it gave new ones. `file`: another process had refreshed them, or somebody has signed in anew. */
  readonly from: 'vendor' | 'file';
  /** Milliseconds the new token is good for, where that is known. */
  readonly lifetimeMs: number | undefined;
  /** The vendor gave once more the token that it had given before. */
  readonly same: boolean;
  readonly kept: Keeping;
  /** What went wrong beside it: the file cannot be written, or not be locked. */
  readonly trouble: string | undefined;
}

/** Throws MintError. */
export async function renew(options: RenewOptions): Promise<Renewed> {
  const { source, tokens, clock } = options;
  const { origin, kind, names } = source;
  if (kind !== 'oauth' || origin === undefined) return fromVendor(options);
  const before = tokens.now.accessToken;
  const waiting = limited(options, lockLimitMs, 'it took too long');
  try {
    return await whileRefreshing({ origin, names, signal: waiting.signal }, async (unlocked) => {
      waiting.end();
      const found = await tokensIn(origin, clock.now(), names);
      if (found !== undefined) tokens.found(found);
      if (tokens.now.accessToken !== before && isGood(tokens.now, clock)) return taken;
      return fromVendor(options, unlocked);
    });
  } catch (error) {
    throw error instanceof LockTaken ? new MintError(error.message, false) : error;
  } finally {
    waiting.end();
  }
}

const taken: Renewed = { from: 'file', lifetimeMs: undefined, same: false, kept: 'file', trouble: undefined };

function isGood({ accessToken, expiresAt }: TokenSet, clock: Clock): boolean {
  return accessToken !== undefined && (expiresAt === undefined || expiresAt > clock.now());
}

async function fromVendor(options: RenewOptions, unlocked?: string): Promise<Renewed> {
  const { source, tokens, clock, signal } = options;
  const { accessToken: before, refreshToken: sent } = tokens.now;
  if (signal.aborted) throw new MintError('it was given up before the vendor was asked', false);
  // Once it is asked nobody gives up: its answer may be all that is left of the login.
  const asking = limited({ clock }, mintLimitMs, `no answer within ${mintLimitMs} ms`);
  // Read when it is needed: most gateways have no credential that does not last.
  const { mint } = await import('../mint/mint.ts');
  const asked = { source, refreshToken: sent, now: clock.now(), signal: asking.signal };
  const hasChanged = () => tokens.now.refreshToken !== sent;
  const minted = await mint(asked)
    .catch((error: unknown) => {
      if (hasChanged()) return undefined;
      throw error;
    })
    .finally(asking.end);
  // Who has signed in anew meanwhile has better ones.
  if (minted === undefined || hasChanged()) return taken;
  const now = clock.now();
  const fresh = freshFrom(minted, tokens.now, now);
  // Before anybody uses them: what is lost now could not be refreshed again.
  const { outcome, trouble } = await write(options, { fresh, sent, now });
  const isOurs = [sent, fresh.refreshToken].includes(tokens.now.refreshToken);
  if (outcome === 'refused' || !isOurs) return taken;
  tokens.minted(fresh);
  if (outcome === 'written') tokens.written();
  return {
    from: 'vendor',
    lifetimeMs: fresh.expiresAt === undefined ? undefined : fresh.expiresAt - now,
    same: minted.accessToken === before,
    // Where the account has gone from its file, somebody took it away or signed in: no trouble, but it may come back as it was.
    kept: outcome === 'failed' || outcome === 'gone' ? 'memory' : 'file',
    trouble: trouble ?? (unlocked && `its file cannot be locked (${unlocked})`),
  };
}

function freshFrom(minted: Minted, before: TokenSet, now: number): TokenSet {
  const told = minted.lifetimeMs === undefined ? endOf(minted.accessToken) : now + minted.lifetimeMs;
  return {
    accessToken: minted.accessToken,
    refreshToken: minted.refreshToken ?? before.refreshToken,
    idToken: minted.idToken ?? before.idToken,
    // One that has ended before it was given: whosever clock is wrong, nothing can be reckoned with it.
    expiresAt: told === undefined || told <= now ? undefined : told,
  };
}

interface Writing {
  readonly fresh: TokenSet;
  /** The refresh token they were got with. */
  readonly sent: string | undefined;
  readonly now: number;
}

/** The tokens at hand, once more, where they could not be written before or have been undone. */
export async function rewrite(options: RenewOptions): Promise<Outcome> {
  const { source, tokens, clock } = options;
  const { now } = tokens;
  const there = source.origin && (await tokensIn(source.origin, clock.now(), source.names));
  const isThere = there?.accessToken === now.accessToken && there?.refreshToken === now.refreshToken;
  const written: Outcome = isThere
    ? { outcome: 'written', trouble: undefined }
    : await write(options, { fresh: now, sent: now.refreshToken, now: clock.now() });
  if (written.outcome === 'written' && tokens.now === now) tokens.written();
  return written;
}

export interface Outcome {
  /** `refused`: by now the file holds the tokens of another login, and keeps them. */
  readonly outcome: Written | 'no file' | 'failed';
  readonly trouble: string | undefined;
}

async function write({ source, tokens }: RenewOptions, { fresh, sent, now }: Writing): Promise<Outcome> {
  const { origin, kind, names } = source;
  if (kind !== 'oauth' || origin === undefined) return { outcome: 'no file', trouble: undefined };
  const before = tokens.now;
  const may = (found: TokenSet) =>
    // A refresh that was quicker has written already.
    tokens.now === before && (found.refreshToken === sent || !tokens.found(found));
  try {
    return { outcome: await writeTokens({ origin, tokens: fresh, now, names, may }), trouble: undefined };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { outcome: 'failed', trouble: `new tokens could not be written back (${reason})` };
  }
}

/** Ends with the time, or with what it is a part of. */
function limited(
  { clock, signal }: Pick<RenewOptions, 'clock'> & { signal?: AbortSignal },
  ms: number,
  message: string,
) {
  const controller = new AbortController();
  const limit = clock.after(ms, () => controller.abort(new Error(message)));
  const either = signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]);
  return { signal: either, end: () => limit.cancel() };
}
