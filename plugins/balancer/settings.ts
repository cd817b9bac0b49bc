// The settings, as the schema fills them in. Times are milliseconds.
import type { AccountStrategy } from 'portico';

export interface Settings {
  readonly strategy: AccountStrategy;
  /** Targets asked at most for one request. */
  readonly attempts: number;
  readonly retries: RetrySettings;
  /** 0: no second target is asked beside the first. */
  readonly hedge: number;
  /** How long a cooldown may last that is waited for; 0: none is. */
  readonly wait: number;
  readonly sessions: { readonly headers: readonly string[] };
}

export interface RetrySettings {
  /** How often the same target is asked again after an error that passes. */
  readonly same: number;
  readonly backoff: number;
  readonly maxBackoff: number;
  readonly budget: { readonly share: number; readonly least: number };
}
