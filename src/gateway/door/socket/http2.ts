// HTTP/2 made to look like HTTP/1 for the pipeline, through node's own compatibility layer. What that leaves different
// is put right here: pseudo-headers, what `complete` and `destroyed` mean, bodies nobody reads, idle sessions.
import {
  constants,
  Http2ServerRequest,
  Http2ServerResponse,
  type IncomingHttpHeaders,
  type SecureServerOptions,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { ReadableOptions } from 'node:stream';
import { systemClock } from '../../../core/index.ts';

export class Http2Request extends Http2ServerRequest {
  constructor(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    options: ReadableOptions,
    rawHeaders: readonly string[],
  ) {
    super(stream, headers, options, rawHeaders);
    // Pseudo-headers would be sent on as headers; this object has none. node reads method and path from its own.
    const plain: IncomingHttpHeaders = {};
    for (const name in headers) if (!name.startsWith(':')) plain[name] = headers[name];
    const authority = headers[':authority'];
    if (authority !== undefined) plain.host = authority;
    Object.defineProperty(this, 'headers', { value: plain });
  }

  static {
    // As in HTTP/1: the body has arrived whole. node says so of an aborted one as well. (Not an accessor of the class,
    // for node's types have a plain property.)
    const complete = function (this: Http2Request) {
      return (this.stream.endAfterHeaders || this.readableEnded) && !this.aborted;
    };
    Object.defineProperty(Http2Request.prototype, 'complete', { get: complete });
  }
}

export class Http2Response extends Http2ServerResponse<Http2Request> {
  static {
    const destroyed = function (this: Http2Response) {
      return this.stream.destroyed || this.stream.closed;
    };
    const writableFinished = function (this: Http2Response) {
      return this.stream.writableFinished && !this.stream.aborted;
    };
    Object.defineProperty(Http2Response.prototype, 'destroyed', { get: destroyed });
    // node ends the writing side of a stream that the client has cancelled.
    Object.defineProperty(Http2Response.prototype, 'writableFinished', { get: writableFinished });
  }

  /** A reset with an error code. node would send NO_ERROR, after which half an answer looks like a whole one. */
  override destroy(): this {
    this.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    return this;
  }
}

/** Requests at once in one session; node's own limit is 2^32. */
const mostStreams = 250;
const streamWindow = 256 * 1024;
const sessionWindow = 1024 * 1024;

/** Resets without end, broken frames and memory of a session are bounded by node's own limits. */
export function http2Options(maxHeaderSize: number): SecureServerOptions {
  return {
    allowHTTP1: true,
    settings: {
      maxConcurrentStreams: mostStreams,
      initialWindowSize: streamWindow,
      maxHeaderListSize: maxHeaderSize,
      enablePush: false,
    },
    // As many as fit into the size, as in HTTP/1.
    maxHeaderListPairs: maxHeaderSize,
    Http2ServerRequest: Http2Request as unknown as typeof Http2ServerRequest,
    Http2ServerResponse: Http2Response as unknown as typeof Http2ServerResponse,
  };
}

/** A session without requests ends after `idleMs`, as a kept-alive connection does. */
export function mindSession(session: ServerHttp2Session, idleMs: number): void {
  let open = 0;
  session.setLocalWindowSize(sessionWindow);
  session.on('stream', (stream) => {
    open += 1;
    stream.once('close', () => {
      open -= 1;
    });
  });
  session.setTimeout(idleMs);
  let asked = false;
  // More than once: silence while an answer is waited for counts for nothing, as long as the client is there. One that
  // vanished while it was being written to is not noticed by node, and would keep its call for ever.
  session.on('timeout', () => {
    if (open === 0) return session.close();
    if (asked) return session.destroy();
    asked = true;
    // Where nothing moves the clock does not start again by itself.
    session.setTimeout(idleMs);
    session.ping((error) => {
      if (error === null) asked = false;
    });
  });
}

/** A body nobody has read when its answer is out: the client may finish sending it, but not for ever. */
export function lingersAfterAnswer({ stream }: Http2Response, request: Http2Request, ms: number): void {
  stream.once('finish', () => {
    if (stream.readableEnded || stream.destroyed) return;
    request.resume();
    const alarm = systemClock.after(ms, () => stream.close(constants.NGHTTP2_NO_ERROR));
    stream.once('close', () => alarm.cancel());
  });
}
