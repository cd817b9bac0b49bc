// What is kept of a request. Data threads batch records to the control thread, which counts, logs and stores them.
import type { DialectName, Operation } from './dialect.ts';
import type { Usage, UsageSource } from './usage.ts';

export interface AttemptRecord {
  readonly provider: string;
  readonly account: string;
  readonly model: string | undefined;
  /** Status of the upstream's answer; undefined when there was none. */
  readonly status: number | undefined;
  /** Undefined for the attempt that succeeded. */
  readonly failure: string | undefined;
  /** Milliseconds from sending to the head (or the failure). */
  readonly ms: number;
}

export interface CallRecord {
  readonly id: string;
  /** Epoch milliseconds at the start. */
  readonly time: number;
  readonly revision: string;
  readonly listener: string;
  readonly route: string;
  readonly dialect: DialectName;
  readonly operation: Operation;
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  readonly clientIp: string;
  readonly userAgent: string;
  readonly key: string | undefined;
  /** As the client asked. */
  readonly model: string | undefined;
  readonly stream: boolean;
  readonly status: number;
  readonly outcome: 'ok' | 'error' | 'aborted';
  /** Error code of the gateway, if it made the answer or cut it short. */
  readonly error: string | undefined;
  readonly attempts: readonly AttemptRecord[];
  /** Milliseconds to the first byte sent to the client; undefined if none was. */
  readonly firstByteMs: number | undefined;
  readonly ms: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly usage: Usage | undefined;
  readonly usageSource: UsageSource;
}
