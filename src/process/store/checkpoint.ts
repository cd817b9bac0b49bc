// Every second the counts that have changed since the last time go into the store, in one transaction, and a last time at
// the end. What could not be written waits, newest value per count, and goes with the next: a full disk costs nothing but
// the time it is full.
import type { Clock } from '../../core/index.ts';
import type { LedgerEntry } from '../../ledger/limits/checkpoint.ts';
import type { LedgerRows } from '../../store/ledger-rows.ts';
import { type StoreError, storeError } from '../../store/trouble.ts';

const everyMs = 1_000;
const pruneEveryMs = 60_000;

export interface CheckpointOptions {
  readonly clock: Clock;
  readonly rows: Pick<LedgerRows, 'write'>;
  /** What has changed since the last call. */
  changed(): readonly LedgerEntry[];
  /** Writing has begun to fail, for another reason than before, or (undefined) works again. */
  onState(error: StoreError | undefined): void;
}

export class Checkpoint {
  readonly #options: CheckpointOptions;
  #waiting = new Map<string, LedgerEntry>();
  #running: Promise<void> = Promise.resolve();
  #closed = false;
  #prunedAt: number;
  #error: StoreError | undefined;
  /** When everything there was had last been written, epoch milliseconds. */
  savedAt: number;

  constructor(options: CheckpointOptions) {
    this.#options = options;
    this.savedAt = options.clock.now();
    this.#prunedAt = Number.NEGATIVE_INFINITY;
    const alarm = options.clock.after(everyMs, () => {
      if (this.#closed) return;
      this.#running = this.#write();
      // The next second begins when this write is done, so a slow disk never has two to do.
      void this.#running.then(() => alarm.restart());
    });
  }

  /** Why the last write failed, if it did. */
  get error(): StoreError | undefined {
    return this.#error;
  }

  /** Writes a last time. Resolves also where that fails. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    await this.#write();
  }

  async #write(): Promise<void> {
    const { clock, rows, changed } = this.#options;
    const now = clock.now();
    for (const entry of changed()) this.#waiting.set(entry.id, entry);
    const entries = [...this.#waiting.values()].filter(({ resetsAt }) => resetsAt === undefined || resetsAt > now);
    const prune = now - this.#prunedAt >= pruneEveryMs;
    try {
      if (entries.length > 0 || prune) await rows.write(entries, prune ? now : undefined);
    } catch (thrown) {
      return this.#told(storeError(thrown));
    }
    this.#waiting.clear();
    if (prune) this.#prunedAt = now;
    this.savedAt = now;
    this.#told(undefined);
  }

  /** Once per cause: a disk that is full for an hour is one line in the log. */
  #told(error: StoreError | undefined): void {
    if (error?.message === this.#error?.message) return;
    this.#error = error;
    this.#options.onState(error);
  }
}
