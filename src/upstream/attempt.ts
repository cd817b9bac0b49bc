// Exactly one try of one target: send, wait for the head, hold to the commit point, and say what became of it.
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import {
  type AttemptFailure,
  type AttemptSuccess,
  type Clock,
  type Dialect,
  type EventMeaning,
  type FailureKind,
  type Fault,
  GatewayError,
  type Operation,
  type Outcome,
  type ProviderCode,
  type Reply,
  type Source,
  type Target,
  type UpstreamError,
} from '../core/index.ts';
import { waitHintOf } from '../dialects/canonical/error/wait-hint.ts';
import { faultOf, readError } from '../dialects/canonical/read-error.ts';
import { parseJson } from '../dialects/json.ts';
import { isPassedOn } from '../dialects/operations.ts';
import { decompress } from './answer/decompress.ts';
import { errorIn } from './answer/error-in.ts';
import { type ErrorEvent, type Held, type HoldMode, hold } from './answer/hold.ts';
import { mustBeAnswer } from './answer/must-be-answer.ts';
import { codeOf, isNoHttp, kindOfError, kindOfFault, verdictOf } from './classify.ts';
import { EgressError } from './egress/egress-error.ts';
import { clientHeaders } from './headers.ts';
import { Exchange, type ExchangeTimeouts, type Head, type Outgoing } from './send.ts';
import type { Signer } from './signing/sign.ts';
import { Unwanted } from './unwanted.ts';
import { UpstreamSocket } from './upgrade/upstream-socket.ts';

/** Bytes of an upstream's error that are read and passed on. */
const mostErrorBytes = 1024 * 1024;
/** And that are looked at to tell what is wrong. */
const mostJudged = 64 * 1024;

export interface AttemptOptions {
  readonly target: Target;
  readonly dispatcher: Dispatcher;
  readonly outgoing: Outgoing;
  readonly timeouts: ExchangeTimeouts;
  readonly clock: Clock;
  readonly dialect: Dialect;
  readonly operation: Operation;
  /** Signs what is sent. */
  readonly signer?: Signer | undefined;
  /** The client asked for a stream. */
  readonly stream?: boolean;
  /** The directory's own reading of an answer that is framed otherwise than the dialect's. */
  readonly answer?: ProviderCode['answer'];
  /** The directory's own word on an error, or undefined for the usual rules. */
  readonly classify: ((error: UpstreamError) => FailureKind | undefined) | undefined;
  /** Receives the running exchange, so that a leaving client can stop it. */
  readonly started: (source: Source) => void;
  /** Wraps a committed event stream (to keep back events the client did not ask for). */
  readonly filter: ((source: Source) => Source) | undefined;
}

export interface Attempted {
  readonly outcome: Outcome;
  /** Status of the upstream's answer, if there was one. */
  readonly status: number | undefined;
  /** Of an error answer: what the operator's rules look at. */
  readonly error?: UpstreamError | undefined;
  /** A header that says when to ask again, in a form that is not known. */
  readonly unread?: string | undefined;
  /** What the events before the commit point said. */
  readonly opening: readonly EventMeaning[];
}

/** Never rejects. */
export function attempt(options: AttemptOptions): Promise<Attempted> {
  return options.signer === undefined ? sendAndWait(options) : attemptSigned(options, options.signer);
}

/** Where a signature is refused because the clocks are apart, the refusal tells by how much: it is sent once more. */
async function attemptSigned(options: AttemptOptions, signer: Signer): Promise<Attempted> {
  const outgoing = signer.sign(options.outgoing);
  if (outgoing === undefined) return { outcome: unsigned(options), status: undefined, opening: [] };
  const first = await sendAndWait({ ...options, outgoing });
  if (first.error === undefined || !signer.skew.learn(first.error)) return first;
  return sendAndWait({ ...options, outgoing: signer.sign(options.outgoing) ?? outgoing });
}

/** The signature covers the body: one that is still arriving has none. */
function unsigned(options: AttemptOptions): AttemptFailure {
  const message = 'This account signs its requests: a body that is passed on as it arrives cannot be sent there.';
  return failure(options, 'untranslatable', { message });
}

async function sendAndWait(options: AttemptOptions): Promise<Attempted> {
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
    const source = framed(options, head, decompress(exchange, one(head.headers['content-encoding'])));
    if (status >= 400 && options.operation !== 'forward') return await refused(options, head, source);
    return { ...(await accepted(options, head, source)), status };
  } catch (error) {
    exchange?.abort(error instanceof Error ? error : new Error(String(error)));
    return { outcome: broken(options, error, status), status, opening: [] };
  }
}

function switched(options: AttemptOptions, { status, headers }: Head, socket: Duplex): Attempted {
  const { target, timeouts, started } = options;
  const body = new UpstreamSocket(socket, timeouts.idle);
  started(body);
  const reply: Reply = { status, headers: clientHeaders(headers), body, eventStream: false };
  return { outcome: { ok: true, target, reply }, status, opening: [] };
}

function framed(options: AttemptOptions, head: Head, source: Source): Source {
  const { answer, target, dialect, operation, stream = false } = options;
  const filter = answer?.({ target, dialect: dialect.name, operation, stream, ...head });
  if (filter === undefined) return source;
  delete head.headers['content-length'];
  return filter(source);
}

async function accepted(options: AttemptOptions, head: Head, source: Source): Promise<Omit<Attempted, 'status'>> {
  const type = one(head.headers['content-type'])?.toLowerCase() ?? '';
  const eventStream = type.startsWith('text/event-stream');
  const known = !isPassedOn(options.operation);
  if (known) mustBeAnswer(head.status, type);
  const mode = holdMode(options, eventStream, known, type);
  const held = wholeAtHand(source, mode) ?? (await hold(source, mode));
  if (held.verdict === 'broken') throw held.error;
  if (held.verdict === 'empty') {
    throw new GatewayError('upstream-truncated', { message: 'The upstream ended its stream before saying anything.' });
  }
  if (held.verdict === 'error-event') {
    source.abort(new Error('error event before any output'));
    return { outcome: toldInBand(options, head.status, held), opening: [] };
  }
  if (mode.kind === 'json' && held.whole?.length === 0 && mayHaveBody(options, head)) {
    throw new GatewayError('upstream-truncated', { message: 'The upstream ended its answer before saying anything.' });
  }
  const told = mode.kind === 'json' && held.whole !== undefined ? errorIn(held.whole) : undefined;
  if (told !== undefined) return { outcome: toldInBand(options, head.status, told), opening: [] };
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

async function refused(options: AttemptOptions, head: Head, source: Source): Promise<Attempted> {
  const body = await collect(source);
  const { status } = head;
  const error: UpstreamError = { status, headers: head.headers, text: body.toString('utf8', 0, mostJudged) };
  const fault = readError(status, head.headers, error.text);
  const { asked, reset, unread } = waitHintOf(head.headers, options.clock.now());
  // A time that is over is no word on when to ask again.
  const retryAfterMs = asked || fault.retryAfterMs || reset || undefined;
  const kind = options.classify?.(error) ?? kindOfFault(fault, status);
  const headers = { ...clientHeaders(head.headers), 'content-length': String(body.length) };
  const reply: Reply = { status, headers, body, eventStream: false };
  const outcome = failure(options, kind, {
    message: `The upstream answered ${status}.`,
    status,
    fault,
    retryAfterMs,
    // A refused credential is not the client's business: its own key was right.
    reply: kind === 'auth' ? undefined : reply,
  });
  return { outcome, status, opening: [], error, unread: retryAfterMs === undefined ? unread : undefined };
}

/** An error as the first thing a stream says: it has the status it names. */
function toldInBand(
  options: AttemptOptions,
  status: number,
  { message, data }: Omit<ErrorEvent, 'verdict'>,
): AttemptFailure {
  const fault = faultOf(parseJson(data));
  const kind = kindOfFault(fault, fault.status);
  return failure(options, kind, {
    // As with a status: what is wrong with the account, its balance say, is not the client's business.
    message: kind === 'auth' ? 'The upstream refused the account.' : message,
    status,
    fault,
    retryAfterMs: fault.retryAfterMs || undefined,
  });
}

/** The failure that an error without an answer is. */
export function broken(
  options: Pick<AttemptOptions, 'target'>,
  error: unknown,
  status: number | undefined = undefined,
): AttemptFailure {
  const kind = kindOfError(error);
  const own = error instanceof GatewayError ? error : undefined;
  return failure(options, kind, { code: own?.code, message: own?.message ?? describe(error), status });
}

interface FailureDetail {
  readonly code?: AttemptFailure['code'] | undefined;
  readonly message: string;
  /** Of the upstream's answer. */
  readonly status?: number | undefined;
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
    verdict: verdictOf(kind, detail.status, detail.fault?.reason),
    code: detail.code ?? codeOf(kind),
    message: detail.message,
    retryAfterMs: detail.retryAfterMs,
    reply: detail.reply,
    fault: detail.fault,
    status: detail.status,
  };
}

/** Says what went wrong without naming hosts or addresses. */
function describe(error: unknown): string {
  if (error instanceof Unwanted) return error.message;
  if (isNoHttp(error)) return 'What the upstream answered is not HTTP.';
  if (error instanceof EgressError) return error.told;
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
