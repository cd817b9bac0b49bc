// Tries a target in another dialect than the caller's: encode, send, and the answer back into the caller's words.
import { type Dialect, type DialectName, GatewayError, type Lane } from '../../core/index.ts';
import { dialects } from '../../dialects/index.ts';
import type { Attempted } from '../../upstream/attempt.ts';
import { Unwanted } from '../../upstream/unwanted.ts';
import { givenUp, type RunningAttempt } from '../attempt/running-attempt.ts';
import { sendTo } from '../attempt/send-to.ts';
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
}

/** Does not throw for failures of the upstream, nor where only this lane cannot say the request. */
export async function attemptInLane(
  running: RunningAttempt,
  lane: Lane,
  provider: Provider,
  account: Account,
): Promise<Tried> {
  const { call, target, found, spanId } = running;
  running.started = call.clock.ticks();
  if (countsHere(call, lane)) {
    return { outcome: await countHere(call, target, found), status: undefined, opening: [], sent: false };
  }
  let crossing: Crossing;
  try {
    crossing = await crossingTo(call, target, lane, provider, found);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'untranslatable') throw error;
    return { outcome: unsaid(target, error), status: undefined, opening: [], sent: false };
  }
  call.mustGoOn();
  if (running.gone !== undefined) return { outcome: givenUp(target), status: undefined, opening: [], sent: false };
  const { dialect, operation } = lane;
  const asked = { target, dialect, operation, stream: crossing.stream, headers: call.req.headers };
  const { text, dropped } = outgoingBody(crossing.body, provider, asked);
  found.dropped = [...new Set([...crossing.dropped, ...dropped])];
  const { stream, method } = crossing;
  const bytes = text.length;
  const request = laneRequest(call, { target, lane, provider, account, spanId, stream, method, bytes });
  const attempted = await sendTo(running, provider, account, {
    outgoing: { ...request, body: [text] },
    dialect: unjudged(lane.dialect),
    operation: lane.operation,
    filter: undefined,
  });
  return { ...(await converted(running, crossing, attempted)), sent: true };
}

async function converted(
  { call, target, found }: RunningAttempt,
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
    found.told = undefined;
    const told = isOfConnection(error) ? error : asGatewayError(error);
    if (told instanceof GatewayError && told.code === 'internal') call.trouble ??= told.cause;
    return { ...attempted, outcome: unusable(call, target, told) };
  }
}

/** Broken off on its way: such errors have a code, a codec's own would have none. */
function isOfConnection(error: unknown): boolean {
  if (error instanceof Unwanted) return true;
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
