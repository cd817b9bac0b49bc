// How targets do: what the engine notes of every attempt, and what whoever chooses reads of it.
import type { Clock, Cooled, CoolingCause, CoolingScope, Health, Standings, Target } from '../../core/index.ts';

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
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  of(targets: readonly Target[]): Standings {
    return new Unwatched(targets.length);
  }

  /** An attempt begins. */
  begin(_target: Target): Watch {
    const now = this.#clock.now();
    return {
      answered: () => undefined,
      cool: ({ cause, scope, status, hintMs, firstMs }) => ({ cause, scope, status, until: now + (hintMs ?? firstMs) }),
      failed: () => undefined,
      nothing: () => undefined,
      end: () => undefined,
    };
  }
}

class Unwatched implements Standings {
  readonly length: number;

  constructor(length: number) {
    this.length = length;
  }

  standing() {
    return { state: 'usable' } as const;
  }

  state() {
    return 'usable' as const;
  }

  inFlight() {
    return 0;
  }

  used() {
    return 0;
  }

  firstByteMs() {
    return undefined;
  }
}
