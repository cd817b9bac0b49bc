// The loop over targets: ask where the call may go, order that by strategy, try one after the other until one answers
// or the failure is one that no other target could cure.
import { type AttemptFailure, type Call, type Operation, plugin } from 'portico';
import { movesOn } from './moves-on.ts';
import { order, type Picked, type Strategy } from './order.ts';

interface Config {
  readonly strategy: Strategy;
  readonly attempts: number;
}

/** What the gateway answers itself, or sends to the one place it is for. */
const ownAffairs: ReadonlySet<Operation> = new Set(['models', 'forward', 'responses', 'session']);

export default plugin<Config>(({ strategy, attempts }, { ledger }) => {
  return async function balancer({ call }, next) {
    if (call.reply !== undefined || ownAffairs.has(call.operation)) return next();
    const candidates = await call.candidates();
    const only = candidates.kind === 'accounts' && candidates.targets.length === 1 ? candidates.targets[0] : undefined;
    if (only !== undefined) return call.answer(await call.attempt(only));
    return tryEach(call, order(candidates, strategy, ledger), attempts);
  };
});

async function tryEach(call: Call, picks: Iterable<Picked>, attempts: number): Promise<void> {
  const failures: AttemptFailure[] = [];
  let left = attempts;
  for (const { target, on } of picks) {
    const outcome = await call.attempt(target);
    if (outcome.ok || outcome.verdict === 'stop') return call.answer(outcome);
    failures.push(outcome);
    // An account that has no room was not tried.
    if (call.attempts.at(-1)?.sent !== false) left -= 1;
    if (left === 0 || !movesOn(outcome.kind, on)) break;
  }
  const told = tellingOf(failures);
  if (told !== undefined) call.answer(told);
}

/** Of several failures the client is told one that came from an upstream's own mouth, and of those the last. */
function tellingOf(failures: readonly AttemptFailure[]): AttemptFailure | undefined {
  const told = failures.findLast(({ reply }) => reply !== undefined) ?? failures.at(-1);
  if (told?.kind !== 'rate-limit' || told.reply !== undefined) return told;
  // It is worth trying again when the first of them has room.
  const waits = failures.map(({ retryAfterMs }) => retryAfterMs).filter((ms) => ms !== undefined);
  return waits.length === 0 ? told : { ...told, retryAfterMs: Math.min(...waits) };
}
