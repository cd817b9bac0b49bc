// The store of a running gateway: opened before the first data thread serves, with the counts of the last life put back
// into the ledger; kept up to date while it runs; closed behind a last checkpoint.
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { LoadedStore } from '../../config/loaded.ts';
import type { StoreStatus } from '../../control/plane.ts';
import type { Clock, Level } from '../../core/index.ts';
import type { AsideEntry } from '../../ledger/health/change.ts';
import type { LedgerEntry } from '../../ledger/limits/checkpoint.ts';
import { openStore, type Store, type StoreSettings } from '../../store/store.ts';
import { type StoreError, storeError } from '../../store/trouble.ts';
import { HealthKeeper } from '../health/keeper.ts';
import { Checkpoint } from './checkpoint.ts';
import { ResponseKeeper } from './responses.ts';

/** What the keeper needs of the shared memory. */
export interface Counts {
  /** Entries that have changed since the last call. */
  checkpoint(): readonly LedgerEntry[];
  restore(entries: readonly LedgerEntry[]): void;
}

export interface StoreKeeperOptions {
  readonly clock: Clock;
  readonly counts: Counts;
  readonly stateDirectory: string;
  /** Keeps which accounts are put aside. */
  readonly health: Pick<HealthKeeper, 'begin' | 'close'>;
  say(level: Level, message: string): void;
}

interface Opened {
  readonly settings: StoreSettings;
  readonly store: Store;
  /** Counts of the last life, until they are put back. */
  readonly entries: readonly LedgerEntry[];
  /** What was put aside in the last life. */
  readonly aside: readonly AsideEntry[];
}

export class StoreKeeper {
  readonly #options: StoreKeeperOptions;
  #opened: Opened | undefined;
  #checkpoint: Checkpoint | undefined;
  #wanted: StoreSettings | undefined;
  #maxResponseBytes = 0;
  /** Answers kept for later requests; undefined before the first commit. */
  responses: ResponseKeeper | undefined;

  constructor(options: StoreKeeperOptions) {
    this.#options = options;
  }

  /** Opens the store, unless one is in use already. Throws an Error that says what to do; nothing is changed then. */
  async prepare(wanted: LoadedStore): Promise<void> {
    const settings = this.#settingsOf(wanted);
    if (this.#checkpoint !== undefined || isDeepStrictEqual(this.#opened?.settings, settings)) return;
    // One that was opened for a configuration that then could not be served.
    await this.#opened?.store.close();
    this.#opened = undefined;
    try {
      this.#opened = await open(settings, this.#options.clock.now());
    } catch (thrown) {
      const { message, remedy } = storeError(thrown);
      throw new Error(`the database ${settings.path} ${message}. ${remedy}`, { cause: thrown });
    }
  }

  /** The configuration with these settings is about to be served. The first time the counts are put back. */
  commit(wanted: LoadedStore): void {
    const opened = this.#opened;
    if (opened === undefined) throw new Error('the store was not opened');
    const settings = this.#settingsOf(wanted);
    const before = this.#wanted;
    this.#wanted = settings;
    this.#maxResponseBytes = wanted.responses.maxBytes;
    if (this.#checkpoint === undefined) return this.#begin(opened);
    if (isDeepStrictEqual(before, settings) || !this.#moved()) return;
    this.#options.say('warn', `${opened.settings.path} stays in use; ${settings.path} is for the next start`);
  }

  status(): StoreStatus | undefined {
    if (this.#opened === undefined) return undefined;
    return {
      ...this.#opened.settings,
      error: this.#checkpoint?.error?.message,
      savedAt: this.#checkpoint?.savedAt,
      restart: this.#moved(),
    };
  }

  /** Saves what there is and closes. */
  async close(): Promise<void> {
    await this.#checkpoint?.close();
    await this.responses?.close();
    await this.#options.health.close();
    await this.#opened?.store.close();
  }

  #settingsOf({ kind, path }: LoadedStore): StoreSettings {
    return { kind, path: path ?? join(this.#options.stateDirectory, 'portico.db') };
  }

  #begin({ store, entries, aside }: Opened): void {
    const { clock, counts, health } = this.#options;
    counts.restore(entries);
    health.begin(store.aside, aside);
    this.#checkpoint = new Checkpoint({
      clock,
      rows: store.ledger,
      changed: () => counts.checkpoint(),
      onState: (error) => this.#told(error),
    });
    this.responses = new ResponseKeeper({
      clock,
      rows: store.responses,
      maxBytes: () => this.#maxResponseBytes,
      onState: (error) => this.#toldOfResponses(error),
    });
  }

  #moved(): boolean {
    return this.#wanted !== undefined && !isDeepStrictEqual(this.#wanted, this.#opened?.settings);
  }

  #toldOfResponses(error: StoreError | undefined): void {
    if (error === undefined) return this.#options.say('info', 'responses can be kept in the store again');
    this.#options.say('error', `responses cannot be kept: the database ${error.message}. ${error.remedy}`);
  }

  #told(error: StoreError | undefined): void {
    const path = this.#opened?.settings.path;
    if (error === undefined)
      return this.#options.say('info', `${path} can be written again; nothing was lost meanwhile`);
    const waiting = 'Limits hold; what is used now would be forgotten by a restart.';
    this.#options.say('error', `the database ${path} ${error.message}. ${error.remedy} ${waiting}`);
  }
}

async function open(settings: StoreSettings, now: number): Promise<Opened> {
  const store = await openStore(settings);
  try {
    const aside = await store.aside.read(HealthKeeper.since(now));
    return { settings, store, entries: await store.ledger.read(now), aside };
  } catch (thrown) {
    await store.close();
    throw thrown;
  }
}
