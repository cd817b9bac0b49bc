// Tries a target in another dialect than the caller's: encode, send, and the answer back into the caller's words.
import { type Dialect, type DialectName, GatewayError, type Lane, type Target } from '../../core/index.ts';
import { readError } from '../../dialects/canonical/read-error.ts';
import { codecs } from '../../dialects/codecs.ts';
import { dialects } from '../../dialects/index.ts';
import { type Attempted, attempt } from '../../upstream/attempt.ts';
import type { GatewayCall } from '../call/call.ts';
import type { Account, Provider } from '../snapshot.ts';
import { countHere, countsHere } from './count-crossing.ts';
import { type Crossing, crossingTo } from './crossing.ts';
import { laneRequest } from './lane-request.ts';
import { outgoingBody } from './outgoing-body.ts';
import { asGatewayError } from './thrown.ts';
import { toldHere, unsaid, unusable } from './told-here.ts';

export interface Tried extends Attempted {
  /** Whether the upstream was asked at all. */
  readonly sent: boolean;
  /** The clock's ticks when it was, or would have been. */
  readonly started: number;
}

/** Does not throw for failures of the upstream, nor where only this lane cannot say the request. */
export async function attemptInLane(
  call: GatewayCall,
  target: Target,
  lane: Lane,
  provider: Provider,
  account: Account,
  spanId: string,
): Promise<Tried> {
  if (countsHere(call, lane)) {
    const started = call.clock.ticks();
    return { outcome: await countHere(call, target), status: undefined, opening: [], sent: false, started };
  }
  let crossing: Crossing;
  try {
    crossing = await crossingTo(call, target, lane, provider);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'untranslatable') throw error;
    const started = call.clock.ticks();
    return { outcome: unsaid(target, error), status: undefined, opening: [], sent: false, started };
  }
  call.mustGoOn();
  const started = call.clock.ticks();
  const { text, dropped } = outgoingBody(crossing.body, provider);
  call.dropped = [...new Set([...crossing.dropped, ...dropped])];
  const { stream, method } = crossing;
  const bytes = text.length;
  const request = laneRequest(call, { target, lane, provider, account, spanId, stream, method, bytes });
  const attempted = await attempt({
    target,
    dispatcher: account.dispatcher,
    outgoing: { ...request, body: [text] },
    timeouts: provider.loaded.timeouts,
    clock: call.clock,
    dialect: unjudged(lane.dialect),
    operation: lane.operation,
    classify: provider.code.classify?.bind(provider.code),
    readError: codecs[lane.dialect].decodeError ?? readError,
    started: (source) => call.runs(source),
    filter: undefined,
  });
  return { ...(await converted(call, target, crossing, attempted)), sent: true, started };
}

async function converted(
  call: GatewayCall,
  target: Target,
  crossing: Crossing,
  attempted: Attempted,
): Promise<Attempted> {
  const { outcome } = attempted;
  if (!outcome.ok) return { ...attempted, outcome: toldHere(call, outcome) };
  try {
    const reply = await crossing.convert(outcome.reply);
    // What was used is known from the canonical answer.
    return { ...attempted, outcome: { ...outcome, reply }, opening: [] };
  } catch (error) {
    call.told = undefined;
    const told = isOfConnection(error) ? error : asGatewayError(error);
    if (told instanceof GatewayError && told.code === 'internal') call.trouble ??= told.cause;
    return { ...attempted, outcome: unusable(call, target, told) };
  }
}

/** Broken off on its way: such errors have a code, a codec's own would have none. */
function isOfConnection(error: unknown): boolean {
  return !(error instanceof GatewayError) && typeof (error as { code?: unknown } | undefined)?.code === 'string';
}

const known = new Map<DialectName, Dialect>();

/** The dialect for holding a stream to its commit point, errors in band included: its codec reads those better. */
function unjudged(name: DialectName): Dialect {
  let found = known.get(name);
  if (found === undefined) {
    const dialect = dialects[name];
    const readEvent: Dialect['readEvent'] = (event, data) => ({ ...dialect.readEvent(event, data), error: undefined });
    found = { ...dialect, readEvent };
    known.set(name, found);
  }
  return found;
}
