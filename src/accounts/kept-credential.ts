// One credential through its life: refreshed ahead of its end, at once when it was refused, again and again, ever slower,
// when that fails. One refresh at a time, whoever asks.
import { endOf } from '../config/credentials/claims.ts';
import type { CredentialSource, TokenSet } from '../config/loaded.ts';
import type { Alarm, Clock, Level } from '../core/index.ts';
import type { Keeping, RefreshStatus } from './credential-status.ts';
import { KeptTokens } from './kept-tokens.ts';
import { MintError, type Minted } from './minted.ts';
import { backoffMs, dueIn, finalRetryMs, mintLimitMs } from './pace.ts';
import { tokensIn, writeTokens } from './token-file.ts';
import { whyNotRefreshed } from './why-not-refreshed.ts';

export interface KeptOptions {
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Waits for a turn: not all refreshes at once. */
  readonly turn: <Result>(work: () => Promise<Result>) => Promise<Result>;
  say(level: Level, message: string): void;
  /** The tokens or the standing have changed. */
  changed(kept: KeptCredential): void;
  refreshed(outcome: 'ok' | 'failed'): void;
  /** There are new tokens after refreshes that failed: what was held against the account meanwhile is over. */
  recovered(): void;
}

export class KeptCredential {
  readonly #options: KeptOptions;
  readonly #tokens: KeptTokens;
  source: CredentialSource;
  /** Why the last refresh failed, or why there can be none. */
  reason: string | undefined;
  /** Nothing to send, and nothing to expect: the account is out of service for `reason`. */
  broken = false;
  kept: Keeping = 'file';
  #final = false;
  #failures = 0;
  #lifetimeMs: number | undefined;
  #notBefore = 0;
  #alarm: Alarm | undefined;
  #running: Promise<boolean> | undefined;
  #readOnlySaid = false;
  #closed = false;

  constructor(source: CredentialSource, options: KeptOptions) {
    this.source = source;
    this.#options = options;
    this.#tokens = new KeptTokens(source.tokens);
    this.#schedule();
  }

  get tokens(): TokenSet {
    return this.#tokens.now;
  }

  /** How its refreshing goes. */
  get refreshStatus(): RefreshStatus {
    const state = this.#running !== undefined ? 'running' : this.#failures > 0 ? 'failing' : 'idle';
    return { state, next: undefined, failures: this.#failures, last: undefined };
  }

  get name(): string {
    return `${this.source.provider}/${this.source.account}`;
  }

  /** The configuration was read again. Whether there were new tokens. */
  update(source: CredentialSource): boolean {
    const before = whyNotRefreshed(this.source, this.tokens.refreshToken);
    this.source = source;
    const news = this.#tokens.found(source.tokens);
    const opened = before !== undefined && whyNotRefreshed(source, this.tokens.refreshToken) === undefined;
    if (news || opened) this.#afresh();
    return news;
  }

  /** Whether there is another access token than `used` in the end. Never rejects. */
  refresh(used: string | undefined): Promise<boolean> {
    // First of all: while new tokens are being written, nobody has been told them yet.
    if (this.#running !== undefined) return this.#running;
    const { accessToken } = this.tokens;
    if (accessToken !== undefined && accessToken !== used && !this.#isOver()) return Promise.resolve(true);
    if (this.#closed || this.#options.clock.now() < this.#notBefore) return Promise.resolve(false);
    const { clock } = this.#options;
    const why = whyNotRefreshed(this.source, this.tokens.refreshToken);
    if (why !== undefined) {
      // It was refused, and there is no other: out of service for a time.
      this.#notBefore = clock.now() + finalRetryMs;
      this.#set({ reason: used === undefined ? why : `its token was refused (401), and ${why}`, broken: true });
      this.#wake(finalRetryMs);
      return Promise.resolve(false);
    }
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  close(): void {
    this.#closed = true;
    this.#alarm?.cancel();
  }

  async #run(): Promise<boolean> {
    try {
      return await this.#options.turn(() => this.#renew());
    } catch (error) {
      if (!(error instanceof MintError)) throw error;
      this.#failed(error);
      return false;
    }
  }

  async #renew(): Promise<boolean> {
    const { clock } = this.#options;
    if (await this.#foundInFile()) return true;
    const controller = new AbortController();
    const limit = clock.after(mintLimitMs, () => controller.abort(new Error(`no answer within ${mintLimitMs} ms`)));
    const { refreshToken } = this.tokens;
    const options = { source: this.source, refreshToken, now: clock.now(), signal: controller.signal };
    // Read when it is needed: most gateways have no credential that does not last.
    const { mint } = await import('./mint.ts');
    const minted = await mint(options).finally(() => limit.cancel());
    await this.#take(minted);
    this.#options.refreshed('ok');
    return true;
  }

  /** Another program that uses the file may have refreshed the tokens already. */
  async #foundInFile(): Promise<boolean> {
    const { origin, kind } = this.source;
    if (kind !== 'oauth' || origin === undefined) return false;
    const found = await tokensIn(origin, this.#options.clock.now(), this.source.names);
    if (found === undefined || !this.#tokens.found(found)) return false;
    const usable = found.accessToken !== undefined && !this.#isOver();
    if (usable) this.#afresh();
    return usable;
  }

  async #take(minted: Minted): Promise<void> {
    const { clock, say } = this.#options;
    const now = clock.now();
    const ends = minted.lifetimeMs === undefined ? endOf(minted.accessToken) : now + minted.lifetimeMs;
    this.#lifetimeMs = ends === undefined ? undefined : ends - now;
    this.#tokens.minted({
      accessToken: minted.accessToken,
      refreshToken: minted.refreshToken ?? this.tokens.refreshToken,
      idToken: minted.idToken ?? this.tokens.idToken,
      expiresAt: ends,
    });
    // Before anybody uses them: what is lost now could not be refreshed again.
    await this.#write(now);
    const failedBefore = this.#failures > 0;
    say(
      'debug',
      `${this.name}: the token is new${ends === undefined ? '' : `, until ${new Date(ends).toISOString()}`}`,
    );
    this.#afresh();
    if (failedBefore) this.#options.recovered();
  }

  async #write(now: number): Promise<void> {
    const { origin, kind } = this.source;
    if (kind !== 'oauth' || origin === undefined) return;
    try {
      await writeTokens(origin, this.tokens, now, this.source.names);
      this.#tokens.written();
      this.#readOnlySaid = false;
    } catch (error) {
      if (this.#readOnlySaid) return;
      this.#readOnlySaid = true;
      const reason = error instanceof Error ? error.message : String(error);
      const lost = 'they are kept in memory and lost when the gateway stops';
      this.#options.say('warn', `${this.name}: new tokens could not be written back (${reason}); ${lost}`);
    }
  }

  #failed(error: MintError): void {
    const { clock, random, say, refreshed } = this.#options;
    this.#failures += 1;
    this.#final = error.final;
    const wait = error.final ? finalRetryMs : (error.retryAfterMs ?? backoffMs(this.#failures, random()));
    this.#notBefore = clock.now() + wait;
    refreshed('failed');
    say(
      'warn',
      `${this.name}: its token could not be refreshed: ${error.message}; again in ${Math.ceil(wait / 1000)} s`,
    );
    const left = (this.tokens.expiresAt ?? Number.POSITIVE_INFINITY) - clock.now();
    this.#set({ reason: error.message, broken: error.final && !this.#isSendable() });
    this.#wake(Math.min(wait, left > 0 ? left : wait));
  }

  /** New tokens, or a new way to get some: what failed before says nothing any more. */
  #afresh(): void {
    this.#failures = 0;
    this.#final = false;
    this.#notBefore = 0;
    this.reason = undefined;
    this.broken = false;
    this.#schedule();
    this.#options.changed(this);
  }

  #schedule(): void {
    const why = whyNotRefreshed(this.source, this.tokens.refreshToken);
    const { expiresAt } = this.tokens;
    const now = this.#options.clock.now();
    if (why === undefined) {
      const due = dueIn(this.source, this.tokens, this.#lifetimeMs, now, this.#options.random());
      return due === undefined ? undefined : this.#wake(due);
    }
    if (this.#isSendable()) {
      this.reason = why;
      return expiresAt === undefined ? undefined : this.#wake(expiresAt - now);
    }
    this.#set({ reason: why, broken: true });
  }

  #wake(ms: number): void {
    this.#alarm?.cancel();
    if (this.#closed) return;
    // Timers hold no more than 24 days.
    const wait = Math.min(Math.max(ms, 0), 2_000_000_000);
    this.#alarm = this.#options.clock.after(wait, () => this.#woken(ms - wait));
  }

  #woken(leftMs: number): void {
    if (leftMs > 0) return this.#wake(leftMs);
    const why = whyNotRefreshed(this.source, this.tokens.refreshToken);
    if (why === undefined) {
      if (this.#final && !this.#isSendable()) this.#set({ reason: this.reason, broken: true });
      const pause = this.#notBefore - this.#options.clock.now();
      if (pause > 0) return this.#wake(pause);
      void this.refresh(this.tokens.accessToken);
      return;
    }
    // A token that was refused may have another chance; one whose time is over has none.
    if (this.#isSendable()) this.#set({ reason: undefined, broken: false });
    else this.#set({ reason: why, broken: true });
  }

  #set({ reason, broken }: { readonly reason: string | undefined; readonly broken: boolean }): void {
    const changed = this.reason !== reason || this.broken !== broken;
    this.reason = reason;
    this.broken = broken;
    if (changed) this.#options.changed(this);
  }

  #isOver(): boolean {
    const { expiresAt } = this.tokens;
    return expiresAt !== undefined && expiresAt <= this.#options.clock.now();
  }

  #isSendable(): boolean {
    return this.tokens.accessToken !== undefined && !this.#isOver();
  }
}
