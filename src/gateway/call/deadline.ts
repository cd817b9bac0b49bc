// The time a route gives a whole call: all attempts together, up to the last byte of the answer.
import { GatewayError } from '../../core/index.ts';
import type { GatewayCall } from './call.ts';

export function mustEndWithin(call: GatewayCall, ms: number): void {
  const alarm = call.clock.after(ms, () => call.abandon(new GatewayError('call-timeout')));
  void call.done.then(() => alarm.cancel());
}
