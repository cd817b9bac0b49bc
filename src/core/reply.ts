// The answer on its way to the client: a head that may still be changed and a body that has not started to flow.

/** Receives a body. `data` returns false to ask for a pause until the source's `resume` is called. */
export interface Sink {
  data(chunk: Buffer): boolean;
  end(): void;
  /** The body broke off: what was delivered is all there will be. */
  fail(error: Error): void;
}

/** A body that waits: nothing flows before `flow`. */
export interface Source {
  flow(sink: Sink): void;
  resume(): void;
  /** Stops the upstream request. Safe to call at any time, any number of times. */
  abort(reason: Error): void;
}

export interface Reply {
  status: number;
  /** Lower-case names. Hop-by-hop headers are already gone. */
  headers: Record<string, string | string[]>;
  /** A whole body, or one that streams. */
  body: Buffer | Source;
  /** True when the body is a server-sent event stream. */
  readonly eventStream: boolean;
  /** The plugin that made it in the place of an upstream's, for records. */
  readonly madeBy?: string;
}

export function isSource(body: Buffer | Source): body is Source {
  return !Buffer.isBuffer(body);
}

/** A reply made here, for plugins that answer themselves. */
export function replyWith(status: number, headers: Record<string, string>, text: string): Reply {
  const body = Buffer.from(text);
  return { status, headers: { ...headers, 'content-length': String(body.length) }, body, eventStream: false };
}
