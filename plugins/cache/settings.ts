// The settings, as schema.json leaves them: spans in milliseconds, sizes in bytes.
import type { Operation } from 'portico';

export interface Settings {
  readonly ttl: number;
  readonly scope: 'key' | 'shared';
  readonly operations: readonly Operation[];
  readonly nondeterministic: boolean;
  readonly headers: readonly string[];
  readonly ignore: readonly string[];
  readonly namespace: string;
  /** Of each data thread, as is `maxBytes`. */
  readonly maxEntries: number;
  readonly maxBytes: number;
  readonly maxAnswer: number;
  readonly maxRequest: number;
  /** 0: nobody waits. */
  readonly coalesce: number;
}
