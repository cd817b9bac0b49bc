// What nobody meant to be thrown: the client learns only that the gateway failed, the log learns why.
import { makeLog } from '../compile/host.ts';
import type { StepContext } from './begin.ts';

export function logTrouble({ call, arrival }: StepContext, thrown: unknown): void {
  const { clock, outbox } = arrival.gateway.options;
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  makeLog('gateway', clock, outbox).error('a request failed inside the gateway', { call: call.id, error: stack });
}
