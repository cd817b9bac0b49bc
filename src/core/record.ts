// What is kept of a request. Data threads batch records to the control thread, which counts, logs and stores them.
import type { DialectName, Operation } from './dialect.ts';
import type { PriceSource } from './price.ts';
import type { Usage, UsageSource } from './usage.ts';

export interface AttemptRecord {
  readonly provider: string;
  readonly account: string;
  readonly model: string | undefined;
  /** What the upstream was spoken to in: another dialect than the caller's where the call was translated. */
  readonly dialect: DialectName;
  /** False where the upstream was not asked at all: a limit of the account is used up, or its code could not be loaded. */
  readonly sent: boolean;
  /** Status of the upstream's answer; undefined when there was none. */
  readonly status: number | undefined;
  /** Undefined for the attempt that succeeded. */
  readonly failure: string | undefined;
  /** The failure in words. */
  readonly reason: string | undefined;
  /** The span the upstream was told of in `traceparent`: 16 hex digits. */
  readonly spanId: string;
  /** The upstream's own id of the request, where it gave one. */
  readonly requestId: string | undefined;
  /** Milliseconds from the start of the call to the sending: reading the body, plugins, queues, earlier attempts. */
  readonly startMs: number;
  /** Milliseconds from sending to the head (or the failure). */
  readonly ms: number;
  /** Who was passed over before this one was chosen, and why; some of them where there were many. */
  readonly passed?: readonly PassedOver[] | undefined;
  /** How many they were in all, where `passed` names only some. */
  readonly passedCount?: number | undefined;
  /** Of an attempt that was cancelled beside another (a hedge): tokens it is thought to have read; what it wrote is not known. */
  readonly inputTokens?: number | undefined;
  /** What these cost. In the call's cost. */
  readonly costMicros?: number | undefined;
}

export interface PassedOver {
  readonly provider: string;
  readonly account: string;
  /** `cooling 42 s after 429`, `at its limit of 20 requests per minute`. */
  readonly reason: string;
}

export interface CallRecord {
  readonly id: string;
  /** 32 hex digits: the client's trace, or one that starts here. */
  readonly traceId: string;
  /** 16 hex digits: this call in the trace. */
  readonly spanId: string;
  /** The client's span, where it sent one. */
  readonly parentSpanId: string | undefined;
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
  /** The error in words. */
  readonly reason: string | undefined;
  readonly attempts: readonly AttemptRecord[];
  /** Who was passed over since the last attempt; of a call that tried nobody, all. As an attempt's. */
  readonly passed?: readonly PassedOver[] | undefined;
  readonly passedCount?: number | undefined;
  /** The plugin that answered in the place of an upstream, where it says so. */
  readonly madeBy: string | undefined;
  /** Fields of the request that the upstream was not sent. */
  readonly dropped: readonly string[];
  /** Milliseconds to the first byte sent to the client; undefined if none was. */
  readonly firstByteMs: number | undefined;
  readonly ms: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly usage: Usage | undefined;
  readonly usageSource: UsageSource;
  /** Micro-dollars; undefined where usage or price is not known. */
  readonly costMicros: number | undefined;
  readonly priceSource: PriceSource;
}
