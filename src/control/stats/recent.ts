// The last minute in seconds, added up as records come in: what `portico top` shows.
import type { CallRecord, Clock } from '../../core/index.ts';
import { type Figures, Tally } from './tally.ts';

const seconds = 60;
/** Names of one kind that are told apart within a second; the rest is `other`. */
const mostNames = 500;
/** Rows of a table that are told. */
const mostRows = 50;
/** Whole seconds that say what "now" is. */
const nowSeconds = 5;

export const tables = ['routes', 'providers', 'accounts', 'keys'] as const;
export type Table = (typeof tables)[number];

export interface Recent {
  /** Seconds the figures cover: 60, or fewer right after the start. */
  readonly windowSeconds: number;
  /** Requests per second over the last five whole seconds. */
  readonly perSecond: number;
  /** Requests in each whole second, oldest first. */
  readonly series: readonly number[];
  readonly total: Figures;
  /** Busiest first. */
  readonly tables: Readonly<Record<Table, readonly Figures[]>>;
}

interface Second {
  readonly second: number;
  readonly total: Tally;
  readonly tables: Readonly<Record<Table, Map<string, Tally>>>;
}

export class RecentRequests {
  readonly #clock: Clock;
  readonly #startedAt: number;
  #ring: Second[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = this.#second();
  }

  add(record: CallRecord): void {
    const { total, tables: by } = this.#current();
    total.add(record);
    if (record.route !== '') tallyOf(by.routes, record.route).add(record);
    if (record.key !== undefined) tallyOf(by.keys, record.key).add(record);
    for (const attempt of record.attempts) {
      tallyOf(by.providers, attempt.provider).attempt(attempt);
      tallyOf(by.accounts, `${attempt.provider}/${attempt.account}`).attempt(attempt);
    }
    const last = record.attempts.at(-1);
    if (last === undefined) return;
    tallyOf(by.providers, last.provider).use(record);
    tallyOf(by.accounts, `${last.provider}/${last.account}`).use(record);
  }

  read(): Recent {
    const now = this.#second();
    this.#forget(now);
    const whole = Math.min(seconds, now - this.#startedAt);
    const requests = new Map(this.#ring.map(({ second, total }) => [second, total.requests]));
    const series = Array.from({ length: whole }, (_, index) => requests.get(now - whole + index) ?? 0);
    const latest = series.slice(-nowSeconds);
    return {
      windowSeconds: Math.max(1, Math.min(seconds, whole + 1)),
      perSecond: latest.length === 0 ? 0 : latest.reduce((sum, count) => sum + count, 0) / latest.length,
      series,
      total: merge(this.#ring.map(({ total }) => total)).figures('all'),
      tables: {
        routes: this.#table('routes'),
        providers: this.#table('providers'),
        accounts: this.#table('accounts'),
        keys: this.#table('keys'),
      },
    };
  }

  #table(table: Table): Figures[] {
    const tallies = Map.groupBy(
      this.#ring.flatMap((second) => [...second.tables[table]]),
      ([name]) => name,
    );
    const rows = [...tallies].map(([name, found]) => merge(found.map(([, tally]) => tally)).figures(name));
    return rows.sort((a, b) => b.requests - a.requests || (a.name < b.name ? -1 : 1)).slice(0, mostRows);
  }

  #current(): Second {
    const now = this.#second();
    const last = this.#ring.at(-1);
    if (last?.second === now) return last;
    const made = {
      second: now,
      total: new Tally(),
      tables: { routes: new Map(), providers: new Map(), accounts: new Map(), keys: new Map() },
    };
    this.#forget(now);
    this.#ring.push(made);
    return made;
  }

  #forget(now: number): void {
    this.#ring = this.#ring.filter(({ second }) => second > now - seconds);
  }

  #second(): number {
    return Math.floor(this.#clock.ticks() / 1000);
  }
}

function tallyOf(table: Map<string, Tally>, name: string): Tally {
  const known = table.has(name) || table.size < mostNames ? name : 'other';
  const tally = table.get(known) ?? new Tally();
  table.set(known, tally);
  return tally;
}

function merge(tallies: readonly Tally[]): Tally {
  const sum = new Tally();
  for (const tally of tallies) sum.addAll(tally);
  return sum;
}
