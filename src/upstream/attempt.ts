// Exactly one try of one target: send, wait for the head, hold to the commit point, and say what became of it.
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import {
  type AttemptFailure,
  type AttemptSuccess,
  type Clock,
  type DecodeError,
  type Dialect,
  type EventMeaning,
  type FailureKind,
  type Fault,
  GatewayError,
  type Operation,
  type Outcome,
  type Reply,
  type Source,
  type Target,
  type UpstreamError,
} from '../core/index.ts';
import { isPassedOn } from '../dialects/operations.ts';
import { decompress } from './answer/decompress.ts';
import { type Held, type HoldMode, hold } from './answer/hold.ts';
import { codeOf, kindOfError, kindOfFault, kindOfStatus, retryAfterMs, verdictOf } from './classify.ts';
import { clientHeaders } from './headers.ts';
import { Exchange, type ExchangeTimeouts, type Head, type Outgoing } from './send.ts';
import { UpstreamSocket } from './upgrade/upstream-socket.ts';

/** Bytes of an upstream's error that are read and passed on. */
const mostErrorBytes = 1024 * 1024;

export interface AttemptOptions {
  readonly target: Target;
  readonly dispatcher: Dispatcher;
  readonly outgoing: Outgoing;
  readonly timeouts: ExchangeTimeouts;
  readonly clock: Clock;
  readonly dialect: Dialect;
  readonly operation: Operation;
  /** The directory's own word on an error, or undefined for the usual rules. */
  readonly classify: ((error: UpstreamError) => FailureKind | undefined) | undefined;
  /** Reads an error for a client of another dialect. */
  readonly readError?: DecodeError;
  /** Receives the running exchange, so that a leaving client can stop it. */
  readonly started: (source: Source) => void;
  /** Wraps a committed event stream (to keep back events the client did not ask for). */
  readonly filter: ((source: Source) => Source) | undefined;
}

export interface Attempted {
  readonly outcome: Outcome;
  /** Status of the upstream's answer, if there was one. */
  readonly status: number | undefined;
  /** What the events before the commit point said. */
  readonly opening: readonly EventMeaning[];
}

/** Never rejects. */
export async function attempt(options: AttemptOptions): Promise<Attempted> {
  let exchange: Exchange | undefined;
  let status: number | undefined;
  try {
    exchange = new Exchange(options.dispatcher, options.outgoing, options.timeouts, options.clock);
    options.started(exchange);
    const head = await exchange.head;
    status = head.status;
    if (status > 599)
      throw new GatewayError('upstream-invalid', { message: 'The upstream answered with no valid status.' });
    if (head.socket !== undefined) return switched(options, head, head.socket);
    const source = decompress(exchange, one(head.headers['content-encoding']));
    if (status >= 400 && options.operation !== 'forward')
      return { outcome: await refused(options, head, source), status, opening: [] };
    return { ...(await accepted(options, head, source)), status };
  } catch (error) {
    exchange?.abort(error instanceof Error ? error : new Error(String(error)));
    return { outcome: broken(options, error), status, opening: [] };
  }
}

function switched(options: AttemptOptions, { status, headers }: Head, socket: Duplex): Attempted {
  const { target, timeouts, started } = options;
  const body = new UpstreamSocket(socket, timeouts.idle);
  started(body);
  const reply: Reply = { status, headers: clientHeaders(headers), body, eventStream: false };
  return { outcome: { ok: true, target, reply }, status, opening: [] };
}

async function accepted(options: AttemptOptions, head: Head, source: Source): Promise<Omit<Attempted, 'status'>> {
  const type = one(head.headers['content-type'])?.toLowerCase() ?? '';
  const eventStream = type.startsWith('text/event-stream');
  const known = !isPassedOn(options.operation);
  if (known && type.startsWith('text/html')) {
    throw new GatewayError('upstream-invalid', { message: 'The upstream answered with a web page.' });
  }
  const mode = holdMode(options, eventStream, known, type);
  const held = wholeAtHand(source, mode) ?? (await hold(source, mode));
  if (held.verdict === 'broken') throw held.error;
  if (held.verdict === 'empty') {
    throw new GatewayError('upstream-truncated', { message: 'The upstream ended its stream before saying anything.' });
  }
  if (held.verdict === 'error-event') {
    source.abort(new Error('error event before any output'));
    return { outcome: failure(options, 'server', { message: held.message }), opening: [] };
  }
  const headers = clientHeaders(head.headers);
  if (held.whole !== undefined && mayHaveBody(options, head)) headers['content-length'] = String(held.whole.length);
  // A client that believed it would wait for a body (RFC 9110 8.6).
  if (head.status === 204) delete headers['content-length'];
  const filtered = eventStream && options.filter !== undefined ? options.filter(held.source) : held.source;
  if (filtered !== held.source) delete headers['content-length'];
  const body = held.whole ?? filtered;
  const outcome: AttemptSuccess = {
    ok: true,
    target: options.target,
    reply: { status: head.status, headers, body, eventStream },
  };
  return { outcome, opening: held.opening };
}

/** A JSON answer that came in one piece with its head needs no holding. */
function wholeAtHand(source: Source, mode: HoldMode): Held | undefined {
  if (mode.kind !== 'json' || !(source instanceof Exchange)) return undefined;
  const whole = source.takeWhole();
  return whole && { verdict: 'flows', source, whole, opening: [] };
}

/** Answers to HEAD, 204 and 304 have no body, whatever their headers say of one (RFC 9110 6.4.1). */
function mayHaveBody({ outgoing }: AttemptOptions, { status }: Head): boolean {
  return outgoing.method !== 'HEAD' && status !== 204 && status !== 304;
}

function holdMode(options: AttemptOptions, eventStream: boolean, known: boolean, type: string): HoldMode {
  if (!known) return { kind: 'none' };
  if (eventStream) return { kind: 'events', dialect: options.dialect };
  return type.includes('json') ? { kind: 'json' } : { kind: 'none' };
}

async function refused(options: AttemptOptions, head: Head, source: Source): Promise<Outcome> {
  const body = await collect(source);
  const text = body.subarray(0, 65_536).toString();
  const fault = options.readError?.(head.status, head.headers, text);
  const usual = fault === undefined ? kindOfStatus(head.status, text) : kindOfFault(fault);
  const kind = options.classify?.({ status: head.status, headers: head.headers, text }) ?? usual;
  const headers = { ...clientHeaders(head.headers), 'content-length': String(body.length) };
  const reply: Reply = { status: head.status, headers, body, eventStream: false };
  return failure(options, kind, {
    message: `The upstream answered ${head.status}.`,
    fault,
    retryAfterMs: fault?.retryAfterMs ?? retryAfterMs(head.headers, options.clock.now()),
    // A refused credential is not the client's business: its own key was right.
    reply: kind === 'auth' ? undefined : reply,
  });
}

/** The failure that an error without an answer is. */
export function broken(options: Pick<AttemptOptions, 'target'>, error: unknown): AttemptFailure {
  const kind = kindOfError(error);
  const own = error instanceof GatewayError ? error : undefined;
  return failure(options, kind, { code: own?.code, message: own?.message ?? describe(error) });
}

interface FailureDetail {
  readonly code?: AttemptFailure['code'] | undefined;
  readonly message: string;
  readonly retryAfterMs?: number | undefined;
  readonly reply?: Reply | undefined;
  readonly fault?: Fault | undefined;
}

export function failure(
  options: Pick<AttemptOptions, 'target'>,
  kind: FailureKind,
  detail: FailureDetail,
): AttemptFailure {
  return {
    ok: false,
    target: options.target,
    kind,
    verdict: verdictOf(kind),
    code: detail.code ?? codeOf(kind),
    message: detail.message,
    retryAfterMs: detail.retryAfterMs,
    reply: detail.reply,
    fault: detail.fault,
  };
}

/** Says what went wrong without naming hosts or addresses. */
function describe(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return `The connection to the upstream failed${typeof code === 'string' ? ` (${code})` : ''}.`;
}

/** The whole body, cut at 1 MiB. */
function collect(source: Source): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const done = () => resolve(Buffer.concat(chunks));
    source.flow({
      data(chunk) {
        if (bytes > mostErrorBytes) return true;
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > mostErrorBytes) {
          done();
          source.abort(new Error('error body too long'));
        }
        return true;
      },
      end: done,
      fail: (error) => (chunks.length > 0 ? done() : reject(error)),
    });
  });
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
