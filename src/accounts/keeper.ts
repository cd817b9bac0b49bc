// Keeps every credential of the configuration fresh and tells the data threads the tokens of the moment. On the control
// thread: nothing here is on the way of a request, but for one that waits for a token.
import { dirname } from 'node:path';
import type { CredentialSource, LoadResult } from '../config/loaded.ts';
import type { Clock, Level, Target } from '../core/index.ts';
import type { Credential, Credentials } from '../gateway/credentials.ts';
import type { CredentialStatus, Refreshed } from './credential-status.ts';
import { whyNotWritable } from './file/writable.ts';
import { KeptCredential } from './keep/kept-credential.ts';
import type { RefreshOutcome } from './keep/kept-options.ts';
import { Turns } from './keep/turns.ts';
import { whyNotRefreshed } from './keep/why-not-refreshed.ts';
import { withBroken } from './keep/with-broken.ts';
import type { MintError } from './minted.ts';

export interface CredentialUpdate {
  readonly provider: string;
  readonly account: string;
  /** Undefined: there is none any more. */
  readonly credential: Credential | undefined;
}

export interface KeeperOptions {
  readonly clock: Clock;
  readonly random?: () => number;
  say(level: Level, message: string): void;
  /** To all data threads, those to come included (`all`). */
  publish(updates: readonly CredentialUpdate[]): void;
  /** New secrets, before anything is said of them. */
  onSecrets(secrets: readonly string[]): void;
  /** Somebody else put new tokens into an account's file, or there are some after refreshes that failed. */
  onNews?(who: Pick<Target, 'provider' | 'account' | 'credential' | 'model'>): void;
  /** An account went out of service or came back: read the configuration again. */
  onStanding(): void;
  onRefreshed?(provider: string, outcome: RefreshOutcome): void;
}

/** Refreshes of one provider under way at once. */
const mostTurns = 16;
/** Running calls may still need the token of an account that has gone. */
const lingerMs = 60_000;
const inMemory =
  'its new tokens are kept in memory and lost when the gateway stops. Let the gateway write to the directory to keep them';

export class CredentialKeeper implements Credentials {
  readonly #options: KeeperOptions;
  readonly #kept = new Map<string, KeptCredential>();
  /** By provider: one that hangs keeps no other waiting. */
  readonly #turns = new Map<string, Turns>();
  /** Directories whose trouble has been said. */
  readonly #troubled = new Set<string>();
  readonly #stopping = new AbortController();
  #broken = '';

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** What was just read: credentials that are new are kept from now on, others take what is new in their files. */
  take(sources: readonly CredentialSource[]): void {
    const added: KeptCredential[] = [];
    for (const source of sources) {
      const key = keyOf(source.provider, source.account);
      const kept = this.#kept.get(key);
      if (kept?.source.fingerprint === source.fingerprint && kept.source.kind === source.kind) {
        if (kept.update(source)) this.#tellNews(source);
        continue;
      }
      void kept?.close();
      const fresh = this.#keep(source);
      this.#kept.set(key, fresh);
      added.push(fresh);
      this.#options.publish([updateOf(fresh)]);
    }
    this.#tellStanding();
    void this.#tellUnwritable(added);
  }

  /** These are served now: all others are let go. */
  retain(sources: readonly CredentialSource[]): void {
    const wanted = new Set(sources.map(({ provider, account }) => keyOf(provider, account)));
    for (const [key, kept] of this.#kept) {
      if (wanted.has(key)) continue;
      void kept.close();
      this.#kept.delete(key);
      const { provider, account } = kept.source;
      this.#options.clock.after(lingerMs, () => {
        if (!this.#kept.has(key)) this.#options.publish([{ provider, account, credential: undefined }]);
      });
    }
  }

  /** For a thread that starts. */
  all(): readonly CredentialUpdate[] {
    return [...this.#kept.values()].map(updateOf);
  }

  /** The token of the moment. */
  current(provider: string, account: string): Credential | undefined {
    const kept = this.#kept.get(keyOf(provider, account));
    return kept && updateOf(kept).credential;
  }

  /** See `Credentials.refresh`. */
  refresh(provider: string, account: string, used: string | undefined): Promise<boolean> {
    return this.#kept.get(keyOf(provider, account))?.refresh(used) ?? Promise.resolve(false);
  }

  /** At once, whenever it is due. Undefined: no such credential is kept here. */
  refreshNow(provider: string, account: string): Promise<Refreshed | MintError> | undefined {
    return this.#kept.get(keyOf(provider, account))?.refreshNow();
  }

  status(): readonly CredentialStatus[] {
    return [...this.#kept.values()].map(
      ({ source, tokens, broken, isSendable, reason, kept, refreshStatus: refresh }) => ({
        provider: source.provider,
        account: source.account,
        kind: source.kind,
        email: source.names.email,
        plan: source.names.plan,
        expiresAt: tokens.expiresAt,
        broken,
        ...(isSendable ? {} : { over: true }),
        reason,
        kept,
        refresh,
      }),
    );
  }

  /** The configuration with the accounts disabled whose credential is of no use any more. */
  mark(loaded: LoadResult): LoadResult {
    return withBroken(loaded, this.#reasons());
  }

  /** New tokens are asked for, or wait to be written: they would be lost by an end at once. */
  get unfinished(): boolean {
    return [...this.#kept.values()].some((kept) => kept.isUnfinished);
  }

  /** What has begun is brought to an end first: new tokens that are not written are lost. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#kept.values()].map((kept) => kept.close()));
  }

  #keep(source: CredentialSource): KeptCredential {
    const { clock, random = Math.random, say, onRefreshed } = this.#options;
    const turns = this.#turns.get(source.provider) ?? new Turns(mostTurns);
    this.#turns.set(source.provider, turns);
    return new KeptCredential(source, {
      clock,
      random,
      turns,
      stopping: this.#stopping.signal,
      say,
      changed: (kept) => this.#changed(kept),
      refreshed: (outcome) => onRefreshed?.(source.provider, outcome),
      recovered: () => this.#tellNews(source),
      filed: (kept, trouble) => this.#tellTrouble(kept, trouble),
    });
  }

  /** A directory is looked at once: there may be thousands of files in it. */
  async #tellUnwritable(added: readonly KeptCredential[]): Promise<void> {
    const written = added.filter(
      ({ source, tokens }) => source.kind === 'oauth' && whyNotRefreshed(source, tokens.refreshToken) === undefined,
    );
    for (const [, all] of Map.groupBy(written, ({ source }) => dirname(source.origin?.file ?? ''))) {
      const file = all[0]?.source.origin?.file;
      const trouble = file === undefined ? undefined : await whyNotWritable(file);
      if (trouble === undefined || this.#stopping.signal.aborted) continue;
      for (const kept of all) {
        kept.kept = 'memory';
        this.#tellTrouble(kept, trouble);
      }
    }
  }

  /** Once for a directory: what is wrong with one file of it is wrong with all. */
  #tellTrouble({ name, kept, source }: KeptCredential, trouble: string | undefined): void {
    const directory = dirname(source.origin?.file ?? '');
    if (trouble === undefined) return void this.#troubled.delete(directory);
    if (this.#troubled.has(directory)) return;
    this.#troubled.add(directory);
    const what = kept === 'memory' ? inMemory : 'another process may refresh it at the same time';
    this.#options.say('warn', `${name}: ${trouble}; ${what}. This is said once for ${directory}`);
  }

  #tellNews({ provider, account, fingerprint }: CredentialSource): void {
    this.#options.onNews?.({ provider, account, credential: fingerprint, model: undefined });
  }

  #changed(kept: KeptCredential): void {
    const { accessToken, refreshToken, idToken } = kept.tokens;
    this.#options.onSecrets([accessToken, refreshToken, idToken].filter((secret) => secret !== undefined));
    const known = this.#kept.get(keyOf(kept.source.provider, kept.source.account));
    if (known !== kept) return;
    this.#options.publish([updateOf(kept)]);
    this.#tellStanding();
  }

  #tellStanding(): void {
    const now = JSON.stringify([...this.#reasons()]);
    if (now === this.#broken) return;
    this.#broken = now;
    this.#options.onStanding();
  }

  #reasons(): Map<string, string> {
    const broken = [...this.#kept].filter(([, kept]) => kept.broken);
    return new Map(broken.map(([key, { reason }]) => [key, reason ?? 'its credential is of no use']));
  }
}

function updateOf({ source, tokens }: KeptCredential): CredentialUpdate {
  const { provider, account, names } = source;
  const { accessToken: token, expiresAt } = tokens;
  return { provider, account, credential: token === undefined ? undefined : { token, expiresAt, names } };
}

function keyOf(provider: string, account: string): string {
  return `${provider}/${account}`;
}
