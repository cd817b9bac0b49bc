// What a kept credential needs, and who hears of what becomes of it.
import type { Clock, Level } from '../../core/index.ts';
import type { KeptCredential } from './kept-credential.ts';
import type { Turns } from './turns.ts';

export interface KeptOptions {
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly turns: Turns;
  /** Ends what has not begun. */
  readonly stopping: AbortSignal;
  say(level: Level, message: string): void;
  /** The tokens or the standing have changed. */
  changed(kept: KeptCredential): void;
  refreshed(outcome: RefreshOutcome): void;
  /** There are new tokens after refreshes that failed: what was held against the account meanwhile is over. */
  recovered(): void;
  /** What is wrong with the file, where something is. */
  filed(kept: KeptCredential, trouble: string | undefined): void;
}

/** `found`: another process had refreshed it. */
export type RefreshOutcome = 'ok' | 'failed' | 'found';
