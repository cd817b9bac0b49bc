// Waiting for an account at its `concurrency`, where it has a queue: `call.room`. A call waits in the queues of several
// accounts at once and takes the first that has room. How long it may wait counts from the first time it does.
import { type Alarm, claimsOf, type Grant, type Target, usualOutput } from '../../../core/index.ts';
import type { GatewayCall } from '../../call/call.ts';
import type { Line, Waiting } from './line.ts';

interface Place {
  readonly line: Line;
  readonly waiting: Waiting;
  readonly grant: Grant;
  readonly alarm: Alarm;
}

/** Undefined where nobody has a queue with a place, or the time is over. Throws when the call is given up. */
export async function roomFor(call: GatewayCall, targets: readonly Target[]): Promise<Target | undefined> {
  const now = call.clock.ticks();
  const first = call.waitsSince === undefined;
  call.waitsSince ??= now;
  const since = call.waitsSince;
  const { promise: called, resolve } = Promise.withResolvers<Target | undefined>();
  const places: Place[] = [];
  const leave = (place: Place) => {
    place.alarm.cancel();
    place.line.leave(place.waiting);
    place.grant.release();
    places.splice(places.indexOf(place), 1);
    if (places.length === 0) resolve(undefined);
  };
  const gone = () => resolve(undefined);
  call.abandonment.addEventListener('abort', gone);
  try {
    for (const target of targets) {
      const line = await lineFor(call, target);
      const left = line === undefined ? 0 : since + line.waitMs - now;
      if (line === undefined || left <= 0) continue;
      // Once in a call: who finds no room after all stands in line.
      if (first && (await line.hasRoom())) return target;
      const grant = await line.enter();
      if (!grant.granted) continue;
      const waiting: Waiting = { target, since, call: () => resolve(target) };
      const place: Place = { line, waiting, grant, alarm: call.clock.after(left, () => leave(place)) };
      places.push(place);
    }
    if (places.length === 0) return undefined;
    call.mustGoOn();
    for (const { line, waiting } of places) line.join(waiting);
    const target = await called;
    call.mustGoOn();
    return target;
  } finally {
    call.abandonment.removeEventListener('abort', gone);
    for (const place of [...places]) leave(place);
  }
}

/** Undefined where it has none, or where it is another limit that has no room: to wait would be in vain. */
async function lineFor(call: GatewayCall, { provider, account }: Target): Promise<Line | undefined> {
  const found = call.snapshot.parts.providers.get(provider)?.accounts.get(account);
  if (found?.limits?.line === undefined) return undefined;
  const { ledger, shares, line } = found.limits;
  const claims = await claimsOf(call, shares, usualOutput);
  const readings = await ledger.read(claims);
  const fits = claims.every(
    ({ limit, amount }, index) => limit.kind === 'concurrency' || (readings[index]?.remaining ?? 0) >= amount,
  );
  return fits ? line : undefined;
}
