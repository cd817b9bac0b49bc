// How targets do: what the engine notes of every attempt, and what whoever chooses reads of it.
import type { Clock, Cooled, CoolingCause, CoolingScope, Health, Standings, Target } from '../../core/index.ts';
import { clearThread } from './absent.ts';
import { isAside } from './aside.ts';
import type { AsideEntry, HealthChange } from './change.ts';
import { figuresOf, type HealthFigures } from './figures.ts';
import { accountKey, keysOf, readKey, type Who } from './identity.ts';
import { reset } from './reset.ts';
import { restore } from './restore.ts';
import { openTable, type Table } from './table.ts';
import { View } from './view.ts';
import { Attempt } from './watch.ts';

/** What an upstream's error asks for. */
export interface Cooling {
  readonly cause: CoolingCause;
  readonly scope: CoolingScope;
  readonly status: number | undefined;
  /** Milliseconds the upstream (or a rule) named; undefined where it gave no hint. */
  readonly hintMs: number | undefined;
  /** Without a hint: so long at first, doubled each time it comes again. Milliseconds. */
  readonly firstMs: number;
  /** The longest it may become, hint or not. Milliseconds. */
  readonly mostMs: number;
  /** What the upstream said, for people. */
  readonly message?: string | undefined;
}

/** Milliseconds. */
export interface Breaker {
  readonly failures: number;
  readonly windowMs: number;
  readonly openMs: number;
  readonly mostMs: number;
}

/** One attempt under way. One of `answered`, `cool`, `failed`, `nothing` says what it tells of the target; the first counts. */
export interface Watch {
  /** Whether it is the one attempt that tries what was put aside. */
  readonly trial: boolean;
  /** It works: whatever it was put aside for is over. */
  answered(firstByteMs: number): void;
  /** Puts the target aside. Several requests that fail at once make it longer once only. */
  cool(cooling: Cooling): Cooled;
  /** An error that passes: counts towards the breaker. What it put the target aside for, if it did. */
  failed(breaker: Breaker, status: number | undefined): Cooled | undefined;
  /** It says nothing about the target: the caller's fault, or the client left. */
  nothing(): void;
  /** The exchange is over, its body too. Safe to call more than once. */
  end(): void;
}

export class SharedHealth implements Health {
  readonly #table: Table;
  readonly #trials = new Set<Attempt>();
  readonly #views = new WeakMap<readonly Target[], View>();
  readonly #tell: (change: HealthChange) => void;

  /** `offset`: where in `memory` the table begins, in bytes. `onChange` hears of what this thread puts aside and takes back. */
  constructor(
    memory: SharedArrayBuffer,
    offset: number,
    thread: number,
    clock: Clock,
    onChange: (change: HealthChange) => void = () => undefined,
  ) {
    this.#table = openTable(memory, offset, thread, clock);
    this.#tell = onChange;
  }

  of(targets: readonly Target[]): Standings {
    const known = this.#views.get(targets);
    if (known !== undefined) return known;
    const view = new View(this.#table.slots, this.#table.clock, targets);
    this.#views.set(targets, view);
    return view;
  }

  /** An attempt begins. */
  begin(target: Target): Watch {
    return new Attempt({ table: this.#table, trials: this.#trials, tell: this.#tell }, target);
  }

  /** What is known of an account as a whole (`model` undefined), or of the account for one model. */
  figures(who: Who): HealthFigures {
    return figuresOf(this.#table, who.model === undefined ? accountKey(who) : keysOf(who).model);
  }

  /** Whether what a `HealthChange` is about is put aside now: changes of several threads may be told of out of order. */
  isAside(id: string): boolean {
    const key = readKey(id);
    const slot = key === undefined ? -1 : this.#table.slots.find(key);
    return slot >= 0 && isAside(this.#table.slots, slot);
  }

  /** Takes back whatever was put aside: all, those of an account, or of an account for one model. How many that were. */
  reset(who?: Who): number {
    return reset(this.#table, who);
  }

  /** Puts back what an earlier life had put aside. */
  restore(entries: readonly AsideEntry[]): void {
    restore(this.#table, entries);
  }

  /** Says that the thread lives: what it tries is not free for others yet. Every second or so. */
  beat(): void {
    for (const attempt of this.#trials) attempt.renew();
  }

  /** For a thread that has ended: what it had under way and what it tried is let go. */
  clearThread(thread: number): void {
    clearThread(this.#table, thread);
  }

  /** Targets that had to make room for others while nobody used them, since the start. */
  evictions(): number {
    return this.#table.slots.evictions();
  }
}
