// The pool of data threads. A configuration reaches them in two phases, so that all of them serve it or none does; a
// thread that dies is replaced by one that serves what is current then.
import type { LoadedConfig } from '../../config/loaded.ts';
import type { Pulse } from '../../control/metrics.ts';
import type { Clock } from '../../core/index.ts';
import type { Degraded, Problem } from '../../gateway/outbox.ts';
import type { KeptResponse } from '../../gateway/responses/kept.ts';
import { type SharedLedger, threadSlots } from '../../ledger/memory.ts';
import type { Answer, Asked } from '../ask/question.ts';
import type { Batch, CredentialUpdate, Found, RefusedCredential, Wish } from '../channel.ts';
import { CrashBackoff } from './backoff.ts';
import { DataWorker, type Prepared } from './data-worker.ts';
import { HeartMonitor } from './heart.ts';

export interface ThreadsOptions {
  /** Default: data-thread.ts beside this file. */
  readonly entry?: URL;
  readonly memory: SharedArrayBuffer;
  readonly ledger: SharedLedger;
  readonly reusePort: boolean;
  readonly clock: Clock;
  /** Milliseconds a thread may take to prepare, and to show that it is alive after it did not. */
  readonly limitMs: number;
  onBatch(batch: Batch): void;
  onResponse(response: KeptResponse): void;
  onWish(wish: Wish): Promise<Found>;
  onRefused?(refused: RefusedCredential): Promise<boolean>;
  /** Tokens of all accounts, for a thread that starts. */
  credentials?(): readonly CredentialUpdate[];
  /** A thread died that should not have; `lost` calls went with it. Another one starts in `restartMs`. */
  onDeath(death: { thread: number; cause: string; lost: number; restartMs: number }): void;
  /** A replacement could not serve the current configuration. */
  onTrouble(problems: readonly Problem[]): void;
}

export interface ThreadStatus {
  readonly thread: number;
  readonly state: 'starting' | 'serving' | 'draining';
  readonly inFlight: number;
  readonly pulse: Pulse | undefined;
}

interface Current {
  readonly generation: number;
  readonly config: LoadedConfig;
}

/** Everybody's answer to `prepare`, waiting for `commit` or `abandon`. */
interface Pending extends Current {
  readonly count: number;
  readonly staying: readonly DataWorker[];
  readonly added: readonly DataWorker[];
}

const drainGraceMs = 5_000;

export class Threads {
  readonly #options: ThreadsOptions;
  readonly #entry: URL;
  readonly #backoff: CrashBackoff;
  readonly #heart: HeartMonitor<DataWorker>;
  readonly #workers = new Set<DataWorker>();
  #wanted = 0;
  #current: Current | undefined;
  #pending: Pending | undefined;

  constructor(options: ThreadsOptions) {
    this.#options = options;
    this.#entry = options.entry ?? entryBeside(import.meta.url);
    this.#backoff = new CrashBackoff(options.clock);
    const { ledger, clock } = options;
    const hung = (worker: DataWorker) => void worker.terminate('it hung and was ended');
    this.#heart = new HeartMonitor(ledger, clock, () => this.#serving(), hung);
  }

  /** Phase one: every thread that is to serve `config` gets it ready. Follow with `commit` or `abandon`. */
  async prepare(generation: number, config: LoadedConfig, count: number): Promise<Prepared> {
    const serving = this.#serving();
    const staying = serving.slice(0, count);
    const added = Array.from({ length: Math.max(0, count - staying.length) }, () => this.#spawn());
    this.#pending = { generation, config, count, staying, added };
    const answers = await Promise.all(
      [...staying, ...added].map((worker) => worker.prepare(generation, config, this.#options.limitMs)),
    );
    return merge(answers);
  }

  /** Phase two: new calls run on it from now on. Threads beyond the count finish their calls and go. */
  commit(): void {
    const pending = this.#take();
    this.#current = { generation: pending.generation, config: pending.config };
    this.#wanted = pending.count;
    for (const worker of [...pending.staying, ...pending.added]) worker.commit(pending.generation);
    this.#drainSurplus(pending.config);
    // Replacements that came to serve the old configuration while this one was being prepared.
    for (const worker of this.#serving()) void this.#catchUp(worker);
    this.#fill();
  }

  /** Throws away what was prepared. Threads made for it go; one that no longer answers is replaced. */
  async abandon(): Promise<void> {
    const { generation, staying, added } = this.#take();
    await Promise.all([
      ...added.map((worker) => worker.terminate()),
      ...staying.map(async (worker) => {
        if (await worker.abandon(generation, this.#options.limitMs)) return;
        await worker.terminate('it hung and was ended');
      }),
    ]);
  }

  /** Lets all calls finish until `deadline` (epoch ms) and ends every thread. */
  async drain(deadline: number): Promise<void> {
    this.#wanted = 0;
    this.#heart.stop();
    await Promise.all([...this.#workers].map((worker) => worker.drain(deadline, drainGraceMs)));
  }

  /** Ends every thread at once. */
  async terminate(): Promise<void> {
    this.#wanted = 0;
    this.#heart.stop();
    await Promise.all([...this.#workers].map((worker) => worker.terminate()));
  }

  /** Tells every thread tokens that have changed. */
  tell(updates: readonly CredentialUpdate[]): void {
    for (const worker of this.#workers) worker.credentials(updates);
  }

  /** Undefined where no thread serves, or the one that is asked does not answer in time. */
  async ask(asked: Asked, limitMs: number): Promise<Answer | undefined> {
    return this.#serving()[0]?.ask(asked, limitMs);
  }

  status(): readonly ThreadStatus[] {
    return [...this.#workers]
      .flatMap(({ thread, state, pulse }) =>
        state === 'gone' ? [] : [{ thread, state, inFlight: this.#options.ledger.inFlightOf(thread), pulse }],
      )
      .sort((a, b) => a.thread - b.thread);
  }

  #serving(): DataWorker[] {
    return [...this.#workers].filter((worker) => worker.state === 'serving');
  }

  #take(): Pending {
    const pending = this.#pending;
    if (pending === undefined) throw new Error('no configuration is prepared');
    this.#pending = undefined;
    return pending;
  }

  #spawn(): DataWorker {
    const { memory, reusePort, clock, onBatch, onResponse, onWish } = this.#options;
    const worker = new DataWorker({
      entry: this.#entry,
      birth: { thread: this.#freeSlot(), memory, reusePort },
      clock,
      onBatch,
      onResponse,
      onWish,
      onRefused: async (refused) => (await this.#options.onRefused?.(refused)) === true,
      onGone: (gone, cause) => this.#gone(gone, cause),
    });
    this.#workers.add(worker);
    worker.credentials(this.#options.credentials?.() ?? []);
    return worker;
  }

  #freeSlot(): number {
    const taken = new Set([...this.#workers].map((worker) => worker.thread));
    for (let slot = 0; slot < threadSlots; slot += 1) if (!taken.has(slot)) return slot;
    throw new Error(`more than ${threadSlots} data threads are alive`);
  }

  #gone(worker: DataWorker, cause: string): void {
    const lost = this.#options.ledger.inFlightOf(worker.thread);
    this.#options.ledger.clearThread(worker.thread);
    this.#workers.delete(worker);
    // Those made for a configuration that was not committed, and those told to go, are not missed.
    const missed = worker.generation !== 0 && !worker.leaving && this.#wanted > 0;
    if (!missed) return;
    const restartMs = this.#backoff.afterDeath(worker.startedAt);
    this.#options.onDeath({ thread: worker.thread, cause, lost, restartMs });
    this.#replaceIn(restartMs);
  }

  #replaceIn(ms: number): void {
    if (ms === 0) return this.#fill();
    this.#options.clock.after(ms, () => this.#fill());
  }

  /** Starts what is missing of the wanted number. */
  #fill(): void {
    const unborn = new Set(this.#pending?.added ?? []);
    const alive = [...this.#workers].filter(({ state }) => state === 'serving' || state === 'starting');
    const missing = this.#wanted - alive.filter((worker) => !unborn.has(worker)).length;
    for (let index = 0; index < missing; index += 1) void this.#catchUp(this.#spawn());
  }

  /** Brings a thread to the configuration that is current, also when that changes on the way. */
  async #catchUp(worker: DataWorker): Promise<void> {
    for (;;) {
      const current = this.#current;
      if (current === undefined || worker.leaving) return;
      if (worker.generation === current.generation) return this.#drainSurplus(current.config);
      const prepared = await worker.prepare(current.generation, current.config, this.#options.limitMs);
      if (!prepared.ok) return this.#giveUp(worker, prepared.problems);
      worker.commit(current.generation);
    }
  }

  /** The number wanted may have shrunk while a replacement was on its way. */
  #drainSurplus(config: LoadedConfig): void {
    const deadline = this.#options.clock.now() + config.control.drain;
    const newestFirst = this.#serving().sort((a, b) => b.generation - a.generation);
    for (const worker of newestFirst.slice(this.#wanted)) void worker.drain(deadline, drainGraceMs);
  }

  async #giveUp(worker: DataWorker, problems: readonly Problem[]): Promise<void> {
    if (this.#wanted === 0) return;
    this.#options.onTrouble(problems);
    const restartMs = this.#backoff.afterDeath(worker.startedAt);
    await worker.terminate('it could not serve the current configuration');
    if (worker.generation === 0) this.#replaceIn(restartMs);
  }
}

/** All ready, with what any of them had to do without; or every problem, each once. */
function merge(answers: readonly Prepared[]): Prepared {
  const problems = answers.flatMap((answer) => (answer.ok ? [] : answer.problems));
  if (problems.length > 0) return { ok: false, problems: unique(problems, (each) => `${each.where} ${each.message}`) };
  const degraded = answers.flatMap((answer) => (answer.ok ? answer.degraded : []));
  return { ok: true, degraded: unique<Degraded>(degraded, (each) => `${each.kind} ${each.name} ${each.using}`) };
}

function unique<Entry>(entries: readonly Entry[], keyOf: (entry: Entry) => string): Entry[] {
  return [...new Map(entries.map((entry) => [keyOf(entry), entry])).values()];
}

/** The data thread's file, under the extension this file has: published code is JavaScript. */
function entryBeside(url: string): URL {
  return new URL(url.endsWith('.ts') ? './data-thread.ts' : './data-thread.js', url);
}
