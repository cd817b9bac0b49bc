// One credential through its life: refreshed ahead of its end, at once when it was refused, again and again, ever slower,
// when that fails. One refresh at a time, whoever asks.
import type { CredentialSource, TokenSet } from '../../config/loaded.ts';
import type { Keeping, Refreshed, RefreshStatus } from '../credential-status.ts';
import { asMintError, MintError } from '../minted.ts';
import { DueAlarm } from './due-alarm.ts';
import type { KeptOptions } from './kept-options.ts';
import { KeptTokens } from './kept-tokens.ts';
import { LaterWrite } from './later-write.ts';
import { dueIn, finalRetryMs, soonMs, waitMs } from './pace.ts';
import { Pause } from './pause.ts';
import { type Renewed, type RenewOptions, renew, rewrite } from './renew.ts';
import { isSameWay } from './same-way.ts';
import { whyNotRefreshed } from './why-not-refreshed.ts';

const lost = 'its new tokens could not be written to its file, and are lost: sign in again';

export class KeptCredential {
  readonly #options: KeptOptions;
  readonly #tokens: KeptTokens;
  readonly #due: DueAlarm;
  readonly #later: LaterWrite;
  readonly #pause: Pause;
  source: CredentialSource;
  /** Why the last refresh failed, or why there can be none. */
  reason: string | undefined;
  /** Nothing to send, and nothing to expect: the account is out of service for `reason`. */
  broken = false;
  kept: Keeping = 'file';
  #final = false;
  #failures = 0;
  /** Failures that the log has already. */
  readonly #told = new Set<string>();
  #last: number | undefined;
  #lifetimeMs: number | undefined;
  /** The access token that the vendor did not take. */
  #untaken: string | undefined;
  #running: Promise<Refreshed | MintError> | undefined;
  #closed = false;

  constructor(source: CredentialSource, options: KeptOptions) {
    this.source = source;
    this.#options = options;
    this.#tokens = new KeptTokens(source.tokens);
    this.#due = new DueAlarm(options.clock, () => this.#woken());
    this.#later = new LaterWrite(options.clock, () => this.#writeAgain());
    this.#pause = new Pause(options.clock);
    this.#schedule();
  }

  get tokens(): TokenSet {
    return this.#tokens.now;
  }

  /** How its refreshing goes. */
  get refreshStatus(): RefreshStatus {
    const known = { failures: this.#failures, last: this.#last };
    if (this.#running !== undefined) return { state: 'running', next: undefined, ...known };
    const next = this.#whyNot() === undefined ? this.#due.at : undefined;
    const soonest = this.#options.clock.now() + this.#pause.left;
    if (this.#failures > 0) return { state: 'failing', next: next && Math.max(next, soonest), ...known };
    return { state: next === undefined ? 'idle' : 'due', next, ...known };
  }

  /** There is a token whose time is not over and that was not refused. */
  get isSendable(): boolean {
    const { accessToken } = this.tokens;
    return accessToken !== undefined && accessToken !== this.#untaken && !this.#isOver();
  }

  get isUnfinished(): boolean {
    return this.#running !== undefined || this.#later.pending;
  }

  get name(): string {
    return `${this.source.provider}/${this.source.account}`;
  }

  /** The configuration was read again. Whether there were new tokens. */
  update(source: CredentialSource): boolean {
    const before = this.#whyNot();
    const changed = !isSameWay(this.source, source);
    this.source = source;
    const news = this.#tokens.found(source.tokens);
    const opened = before !== undefined && this.#whyNot() === undefined;
    if (news) this.#found();
    // An old copy has come: after the next start there would be nothing else.
    else if (this.#tokens.wasReplaced(source.tokens) && !this.#later.pending) this.#later.begin(soonMs);
    if (news || opened || changed) this.#afresh();
    return news;
  }

  /** Whether there is another access token than `used` in the end. Never rejects. */
  async refresh(used: string | undefined): Promise<boolean> {
    // First of all: while new tokens are being written, nobody has been told them yet.
    if (this.#running === undefined) {
      const { accessToken } = this.tokens;
      if (accessToken !== undefined && accessToken !== used && !this.#isOver()) return true;
      if (this.#closed) return false;
      if (this.#pause.left > 0) return this.#notYet(used);
      const why = this.#whyNot();
      if (why !== undefined) return this.#refused(why, used);
    }
    if (!this.#isOver()) this.#untaken = used;
    await this.#renewed(true);
    return this.isSendable && this.#failures === 0;
  }

  /** At once, whenever it is due or was tried last. Never rejects. */
  async refreshNow(): Promise<Refreshed | MintError> {
    const why = this.#whyNot();
    return why === undefined ? this.#renewed(true) : new MintError(why, true);
  }

  /** Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#due.cancel();
    this.#later.stop();
    await this.#running;
    const isSame = this.source.tokens.refreshToken === this.tokens.refreshToken;
    if ((await this.#later.last()) || isSame) return;
    this.#options.say('warn', `${this.name}: ${lost}`);
  }

  /** A refresh failed not long ago. Where it did so for good there is nothing left once the token is refused too. */
  #notYet(used: string | undefined): false {
    this.#untaken = used;
    if (this.#final && !this.isSendable) this.#set({ reason: this.reason, broken: true });
    return false;
  }

  /** It was refused, and there is no other: out of service for a time. */
  #refused(why: string, used: string | undefined): false {
    this.#pause.begin(finalRetryMs);
    this.#set({ reason: used === undefined ? why : `its token was refused (401), and ${why}`, broken: true });
    this.#wake(finalRetryMs);
    return false;
  }

  /** `waited`: somebody waits for it. */
  #renewed(waited: boolean): Promise<Refreshed | MintError> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    if (waited) this.#options.turns.hurry(this);
    return this.#running;
  }

  async #run(): Promise<Refreshed | MintError> {
    const { source } = this;
    try {
      const renewed = await this.#options.turns.take(this, () => renew(this.#parts()));
      this.#took(renewed);
      return { expiresAt: this.tokens.expiresAt, refreshed: renewed.from === 'vendor', kept: this.kept };
    } catch (thrown) {
      const error = asMintError(thrown);
      this.#failed(error);
      if (!isSameWay(source, this.source)) this.#afresh();
      return error;
    }
  }

  #parts(): RenewOptions {
    const { clock, stopping } = this.#options;
    const source = () => this.source;
    return {
      // That of the moment: it may be another one when the vendor has answered.
      get source() {
        return source();
      },
      tokens: this.#tokens,
      clock,
      signal: stopping,
    };
  }

  #took({ from, lifetimeMs, kept, trouble, same }: Renewed): void {
    const { clock, say, refreshed, recovered, filed } = this.#options;
    const failures = this.#failures;
    if (from === 'file') this.#found();
    else this.#lifetimeMs = lifetimeMs;
    this.#last = clock.now();
    this.kept = kept;
    const { expiresAt } = this.tokens;
    const until = expiresAt === undefined ? '' : `, until ${new Date(expiresAt).toISOString()}`;
    const words = from === 'vendor' ? 'the token is new' : 'its file had a new token already';
    const again = failures > 0 ? ` after ${failures} failures` : '';
    say(failures > 0 ? 'info' : 'debug', `${this.name}: ${words}${until}${again}`);
    refreshed(from === 'vendor' ? 'ok' : 'found');
    if (from === 'vendor') filed(this, trouble);
    this.#afresh(same);
    if (failures > 0) recovered();
    if (kept === 'memory') this.#later.begin();
    else this.#later.done();
  }

  /** Whether there is nothing more to write. */
  async #writeAgain(): Promise<boolean> {
    // A refresh that runs writes for itself.
    if (this.#running !== undefined) return false;
    const { outcome } = await rewrite(this.#parts());
    if (outcome === 'failed' || outcome === 'gone') return false;
    this.kept = 'file';
    this.#options.filed(this, undefined);
    this.#options.say('info', `${this.name}: its tokens stand in their file now`);
    // Somebody has signed in.
    if (outcome === 'refused') this.#afresh();
    return true;
  }

  /** New tokens that somebody else got: they are fresh as far as one knows. */
  #found(): void {
    const { expiresAt } = this.tokens;
    this.#lifetimeMs ??= expiresAt && Math.max(0, expiresAt - this.#options.clock.now());
    this.kept = 'file';
    this.#later.done();
  }

  #failed(error: MintError): void {
    const { clock, random, say, refreshed } = this.#options;
    this.#failures += 1;
    this.#final = error.final;
    const wait = waitMs(error, this.#failures, random());
    this.#pause.begin(wait);
    refreshed('failed');
    const level = this.#closed || this.#told.has(error.message) ? 'debug' : 'warn';
    this.#told.add(error.message);
    say(
      level,
      `${this.name}: its token could not be refreshed: ${error.message}; again in ${Math.ceil(wait / 1000)} s`,
    );
    const left = (this.tokens.expiresAt ?? Number.POSITIVE_INFINITY) - clock.now();
    this.#set({ reason: error.message, broken: error.final && !this.isSendable });
    this.#wake(Math.min(wait, left > 0 ? left : wait));
  }

  /** New tokens, or a new way to get some: what failed before says nothing any more. */
  #afresh(same = false): void {
    this.#failures = 0;
    this.#told.clear();
    this.#final = false;
    this.#pause.end();
    this.#untaken = undefined;
    this.reason = undefined;
    this.broken = false;
    this.#schedule(same);
    this.#options.changed(this);
  }

  #schedule(same = false): void {
    const why = this.#whyNot();
    const { expiresAt } = this.tokens;
    const now = this.#options.clock.now();
    if (why === undefined) {
      const moment = { lifetimeMs: this.#lifetimeMs, now, same, chance: this.#options.random() };
      const due = dueIn(this.source, this.tokens, moment);
      return due === undefined ? this.#due.cancel() : this.#wake(due);
    }
    if (this.isSendable) {
      this.reason = why;
      return expiresAt === undefined ? this.#due.cancel() : this.#wake(expiresAt - now);
    }
    this.#set({ reason: why, broken: true });
  }

  #wake(ms: number): void {
    if (!this.#closed) this.#due.set(ms);
  }

  #woken(): void {
    const why = this.#whyNot();
    if (why === undefined) {
      if (this.#final && !this.isSendable) this.#set({ reason: this.reason, broken: true });
      const { left } = this.#pause;
      if (left > 0) return this.#wake(left);
      void this.#renewed(false);
      return;
    }
    // A token that was refused may have another chance; one whose time is over has none.
    if (this.isSendable) this.#set({ reason: undefined, broken: false });
    else this.#set({ reason: why, broken: true });
  }

  #set({ reason, broken }: { readonly reason: string | undefined; readonly broken: boolean }): void {
    const changed = this.reason !== reason || this.broken !== broken;
    this.reason = reason;
    this.broken = broken;
    if (changed) this.#options.changed(this);
  }

  #whyNot(): string | undefined {
    return whyNotRefreshed(this.source, this.tokens.refreshToken);
  }

  #isOver(): boolean {
    const { expiresAt } = this.tokens;
    return expiresAt !== undefined && expiresAt <= this.#options.clock.now();
  }
}
