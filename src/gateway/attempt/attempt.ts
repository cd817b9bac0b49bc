// Exactly one attempt at one target: room is reserved for it, it is made, and what becomes of it is noted. Several may run
// at once; each can be given up alone.
import type { AttemptOptions, AttemptSuccess, Outcome, Target } from '../../core/index.ts';
import type { GatewayCall } from '../call/call.ts';
import { reserveFor } from './account-limits.ts';
import { attemptTarget } from './attempt-target.ts';
import { billLoser } from './bill-loser.ts';
import { notSent } from './note-attempt.ts';
import { givenUp, markedBy, RunningAttempt, runningOf } from './running-attempt.ts';

/** Does not throw for failures of the upstream; throws where the call is given up, or the request is at fault. */
export async function attemptOnce(call: GatewayCall, target: Target, options?: AttemptOptions): Promise<Outcome> {
  const running = new RunningAttempt(call, target);
  call.runs(running);
  const forget = options?.signal && heed(running, options.signal);
  let outcome: Outcome | undefined;
  try {
    outcome = await within(running);
    return markedBy(outcome, running);
  } finally {
    forget?.();
    // An answer that comes when the call has ended is nobody's.
    if (outcome?.ok !== true || running.isOver) {
      call.ran(running);
      if (running.unwanted) billLoser(running);
      // What failed has ended now, though the call goes on elsewhere.
      running.over();
    }
  }
}

async function within(running: RunningAttempt): Promise<Outcome> {
  const { call, target } = running;
  const limits = call.snapshot.parts.providers.get(target.provider)?.accounts.get(target.account)?.limits;
  const full = limits && (await reserveFor(running, limits));
  if (full !== undefined) return notSent(running, full);
  return running.unwanted ? notSent(running, givenUp(target)) : attemptTarget(running);
}

/** Gives the attempt up when the signal aborts. Returns how to stop listening. */
function heed(running: RunningAttempt, signal: AbortSignal): () => void {
  const giveUp = () => running.giveUp();
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp);
  return () => signal.removeEventListener('abort', giveUp);
}

/** Gives an answer back that nobody wants; what it has cost is booked. */
export function discardAnswer(outcome: AttemptSuccess): void {
  const running = runningOf(outcome);
  if (running === undefined || running.isOver) return;
  running.giveUp();
  running.call.ran(running);
  billLoser(running);
  running.over();
}
