// Where a call stands in a distributed trace (https://www.w3.org/TR/trace-context/).

export interface Trace {
  /** 32 hex digits: the client's, or new. */
  readonly traceId: string;
  /** 16 hex digits: this call. */
  readonly spanId: string;
  /** The client's span; undefined where the client sent no valid `traceparent`. */
  readonly parentSpanId: string | undefined;
  /** The client's word on whether the trace is kept; true where the trace starts here. */
  readonly sampled: boolean;
  /** The client's `tracestate`, where valid. */
  readonly state: string | undefined;
}
