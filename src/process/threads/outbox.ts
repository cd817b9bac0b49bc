// Gathers what a data thread has to tell and sends it in batches: a message per request would cost more than the request.
import type { CallRecord, Clock } from '../../core/index.ts';
import type { Count, Line, Outbox } from '../../gateway/outbox.ts';
import type { HealthChange } from '../../ledger/health/change.ts';
import type { Batch } from '../channel.ts';

const flushAfterMs = 100;
const flushAtEntries = 256;

export class BatchingOutbox implements Outbox {
  readonly #send: (batch: Batch) => void;
  readonly #clock: Clock;
  #records: CallRecord[] = [];
  #lines: Line[] = [];
  #counts: Count[] = [];
  #health: HealthChange[] = [];
  #waiting = false;

  constructor(send: (batch: Batch) => void, clock: Clock) {
    this.#send = send;
    this.#clock = clock;
  }

  record(record: CallRecord): void {
    this.#records.push(record);
    this.#gathered();
  }

  line(line: Line): void {
    this.#lines.push(line);
    this.#gathered();
  }

  count(count: Count): void {
    this.#counts.push(count);
    this.#gathered();
  }

  health(change: HealthChange): void {
    this.#health.push(change);
    this.#gathered();
  }

  /** Sends what is there, if anything is. */
  flush(): void {
    if (this.#entries() === 0) return;
    const batch = { records: this.#records, lines: this.#lines, counts: this.#counts, health: this.#health };
    this.#records = [];
    this.#lines = [];
    this.#counts = [];
    this.#health = [];
    this.#send(batch);
  }

  #gathered(): void {
    if (this.#entries() >= flushAtEntries) return this.flush();
    if (this.#waiting) return;
    this.#waiting = true;
    this.#clock.after(flushAfterMs, () => {
      this.#waiting = false;
      this.flush();
    });
  }

  #entries(): number {
    return this.#records.length + this.#lines.length + this.#counts.length + this.#health.length;
  }
}
