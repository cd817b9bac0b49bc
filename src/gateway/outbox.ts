// What the data plane tells the control thread. Nothing here waits or throws.
import type { CallRecord, Fields, Level } from '../core/index.ts';

/** A log line. `record` makes it a line about a request. */
export interface Line {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly level: Level;
  /** `gateway`, or the plugin's name. */
  readonly source: string;
  readonly message: string;
  readonly fields: Fields | undefined;
  readonly record: CallRecord | undefined;
}

export interface Count {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly by: number;
}

export interface Outbox {
  record(record: CallRecord): void;
  line(line: Line): void;
  count(count: Count): void;
}

/** Why a configuration could not be prepared, with file and line where known. */
export interface Problem {
  readonly where: string;
  readonly message: string;
}

/** A directory whose new version failed to load: the last good one (or none) is in use. */
export interface Degraded {
  readonly kind: 'plugin' | 'provider';
  readonly name: string;
  readonly using: 'last good version' | 'nothing';
  readonly problem: Problem;
}
