// What is added up of requests (or of attempts upstream) that have something in common.
import type { AttemptRecord, CallRecord } from '../../core/index.ts';
import { Spread } from './spread.ts';

/** Figures of the last minute. Quantiles in milliseconds. */
export interface Figures {
  readonly name: string;
  /** Requests; of providers and accounts: attempts. */
  readonly requests: number;
  /** Answers of 500 and above, and streams that broke off; of providers and accounts: failed attempts. */
  readonly errors: number;
  /** Answers of 400 to 499; of providers and accounts also attempts that a limit kept here. */
  readonly refused: number;
  /** The client left. */
  readonly aborted: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Micro-dollars. */
  readonly costMicros: number;
  readonly p50: number | undefined;
  readonly p99: number | undefined;
  readonly firstByteP50: number | undefined;
  readonly firstByteP99: number | undefined;
}

export class Tally {
  requests = 0;
  #errors = 0;
  #refused = 0;
  #aborted = 0;
  #inputTokens = 0;
  #outputTokens = 0;
  #costMicros = 0;
  readonly #duration = new Spread();
  readonly #firstByte = new Spread();

  add(record: CallRecord): void {
    this.requests += 1;
    if (record.outcome === 'aborted') this.#aborted += 1;
    else if (record.status >= 500 || (record.outcome === 'error' && record.status < 400)) this.#errors += 1;
    else if (record.status >= 400) this.#refused += 1;
    this.#duration.add(record.ms);
    if (record.firstByteMs !== undefined) this.#firstByte.add(record.firstByteMs);
    this.use(record);
  }

  attempt({ failure, sent, ms }: AttemptRecord): void {
    this.requests += 1;
    // Kept here by a limit of its own: nothing was asked of the upstream.
    if (!sent) {
      this.#refused += 1;
      return;
    }
    if (failure?.startsWith('gone')) this.#aborted += 1;
    else if (failure?.startsWith('caller')) this.#refused += 1;
    else if (failure !== undefined) this.#errors += 1;
    this.#duration.add(ms);
  }

  use({ usage, costMicros }: CallRecord): void {
    this.#inputTokens += usage?.input ?? 0;
    this.#outputTokens += usage?.output ?? 0;
    this.#costMicros += costMicros ?? 0;
  }

  addAll(other: Tally): void {
    this.requests += other.requests;
    this.#errors += other.#errors;
    this.#refused += other.#refused;
    this.#aborted += other.#aborted;
    this.#inputTokens += other.#inputTokens;
    this.#outputTokens += other.#outputTokens;
    this.#costMicros += other.#costMicros;
    this.#duration.addAll(other.#duration);
    this.#firstByte.addAll(other.#firstByte);
  }

  figures(name: string): Figures {
    return {
      name,
      requests: this.requests,
      errors: this.#errors,
      refused: this.#refused,
      aborted: this.#aborted,
      inputTokens: this.#inputTokens,
      outputTokens: this.#outputTokens,
      costMicros: this.#costMicros,
      p50: this.#duration.quantile(0.5),
      p99: this.#duration.quantile(0.99),
      firstByteP50: this.#firstByte.quantile(0.5),
      firstByteP99: this.#firstByte.quantile(0.99),
    };
  }
}
