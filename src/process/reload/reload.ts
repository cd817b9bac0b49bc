// Brings what is on disk into service: the control thread's side of a reload. One at a time; what asks meanwhile shares
// one more. Up to `commit` nothing has changed for anybody, and whatever goes wrong leaves it that way.

import type { Document, LoadedConfig, LoadResult } from '../../config/loaded.ts';
import type { ControlListener } from '../../control/listener.ts';
import type { ReloadResult } from '../../control/plane.ts';
import type { Clock } from '../../core/index.ts';
import type { Degraded, Problem } from '../../gateway/outbox.ts';
import type { StoreKeeper } from '../store/keeper.ts';
import type { Threads } from '../threads/threads.ts';
import { withFirstKey } from './first-key.ts';
import { type Ports, whyNot } from './ports.ts';
import type { Rehearsal } from './rehearsal.ts';

/** What is served: the configuration as completed for the threads, and what it was made from. */
export interface Served {
  readonly config: LoadedConfig;
  readonly loaded: LoadResult;
  readonly degraded: readonly Degraded[];
}

export interface ReloaderOptions {
  readonly clock: Clock;
  readonly stateDirectory: string;
  readonly ports: Ports;
  readonly rehearsal: Rehearsal;
  readonly threads: Threads;
  readonly listener: ControlListener;
  readonly store: Pick<StoreKeeper, 'prepare' | 'commit'>;
  /** Reads the configuration, or checks the documents given instead. */
  load(documents?: readonly Document[]): Promise<LoadResult>;
  countThreads(config: LoadedConfig): number;
  /** A first key was made: show it. */
  onFirstKey(secret: string): void;
  /** Right before the swap; must not throw. */
  onLoaded(loaded: LoadResult): void;
  /** After the swap; must not throw. */
  onCommitted(served: Served): Promise<void>;
  /** After every attempt, whatever came of it. */
  onResult(result: ReloadResult): void;
}

/** A reload that ends here, with nothing changed. */
class Rejected extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super('the configuration cannot be served');
    this.problems = problems;
  }
}

export class Reloader {
  readonly #options: ReloaderOptions;
  #running: Promise<unknown> = Promise.resolve();
  #queued: Promise<ReloadResult> | undefined;
  #generation = 0;
  #served: Served | undefined;
  #closed = false;
  #retrying = false;

  constructor(options: ReloaderOptions) {
    this.#options = options;
  }

  /** What is served, or undefined before the first commit. */
  get served(): Served | undefined {
    return this.#served;
  }

  /** Looks at the disk again, after whatever is running now. Never rejects. */
  request(): Promise<ReloadResult> {
    return this.#request();
  }

  /** As `request`, for somebody who asked for it: code that could not be loaded is tried again, changed or not. */
  retry(): Promise<ReloadResult> {
    this.#retrying = true;
    return this.#request();
  }

  #request(): Promise<ReloadResult> {
    this.#queued ??= this.#enqueue(() => {
      this.#queued = undefined;
      return this.#attempt(undefined);
    });
    return this.#queued;
  }

  /** Serves these documents instead of what is on disk: the last good revision at boot. Never rejects. */
  apply(documents: readonly Document[]): Promise<ReloadResult> {
    return this.#enqueue(() => this.#attempt(documents));
  }

  /** Lets the reload that runs come to its end and starts no more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  #enqueue(run: () => Promise<ReloadResult>): Promise<ReloadResult> {
    const result = this.#running.then(run);
    this.#running = result;
    return result;
  }

  async #attempt(documents: readonly Document[] | undefined): Promise<ReloadResult> {
    const { clock, onResult } = this.#options;
    const start = clock.ticks();
    const result = await this.#outcome(documents);
    const full: ReloadResult = {
      ...result,
      revision: this.#served?.config.revision ?? '',
      time: clock.now(),
      ms: Math.round(clock.ticks() - start),
      degraded: this.#served?.degraded ?? [],
    };
    onResult(full);
    return full;
  }

  async #outcome(
    documents: readonly Document[] | undefined,
  ): Promise<Pick<ReloadResult, 'outcome' | 'issues' | 'problems'>> {
    if (this.#closed) return { outcome: 'unchanged', issues: [], problems: [] };
    let loaded: LoadResult | undefined;
    try {
      loaded = await this.#options.load(documents);
      this.#options.onLoaded(loaded);
      const { config, issues } = loaded;
      if (config === undefined) return { outcome: 'rejected', issues, problems: [] };
      if (this.#isServed(config)) return { outcome: 'unchanged', issues, problems: [] };
      await this.#swap(loaded, config);
      return { outcome: 'committed', issues, problems: [] };
    } catch (thrown) {
      const problems = thrown instanceof Rejected ? thrown.problems : [{ where: 'reload', message: messageOf(thrown) }];
      return { outcome: 'rejected', issues: loaded?.issues ?? [], problems };
    }
  }

  #isServed(config: LoadedConfig): boolean {
    const retrying = this.#retrying;
    this.#retrying = false;
    if (this.#served?.loaded.config?.digest !== config.digest) return false;
    if (!retrying || this.#served.degraded.length === 0) return true;
    this.#options.rehearsal.forgetFailures();
    return false;
  }

  async #swap(loaded: LoadResult, read: LoadedConfig): Promise<void> {
    const { ports, threads, listener, store, countThreads } = this.#options;
    const config = await this.#complete(read);
    this.#generation += 1;
    await this.#prepareStore(config);
    await this.#prepareListener(config);
    const prepared = await threads.prepare(this.#generation, config, countThreads(config));
    if (!prepared.ok) {
      await Promise.all([threads.abandon(), listener.abandon()]);
      throw new Rejected(prepared.problems);
    }
    // Counts of limits are back before anybody is counted.
    store.commit(config.store);
    threads.commit();
    listener.commit();
    ports.commit(read.listeners, config.listeners);
    this.#served = { config, loaded, degraded: prepared.degraded };
    await this.#options.onCommitted(this.#served);
  }

  /** The configuration with what the file leaves to the process: the first key, ports, and what must not be loaded. */
  async #complete(read: LoadedConfig): Promise<LoadedConfig> {
    const { ports, rehearsal, stateDirectory, onFirstKey } = this.#options;
    const assigned = await ports.assign(read.listeners);
    if (!assigned.ok) throw new Rejected(assigned.problems);
    const rehearsed = await rehearsal.mark({ ...read, listeners: assigned.listeners });
    const { config, made } = await withFirstKey(rehearsed, stateDirectory);
    if (made !== undefined) onFirstKey(made);
    return config;
  }

  async #prepareStore(config: LoadedConfig): Promise<void> {
    try {
      await this.#options.store.prepare(config.store);
    } catch (thrown) {
      throw new Rejected([{ where: 'store', message: messageOf(thrown) }]);
    }
  }

  async #prepareListener(config: LoadedConfig): Promise<void> {
    const { host, port } = config.control;
    try {
      await this.#options.listener.prepare({ host, port });
    } catch (thrown) {
      throw new Rejected([{ where: 'control', message: whyNot({ host, port }, thrown) }]);
    }
  }
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
