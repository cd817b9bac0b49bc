// Sends an upstream request and watches what becomes of it.
import { type Attempted, type AttemptOptions, attempt } from '../../upstream/attempt.ts';
import type { Account, Provider } from '../snapshot.ts';
import { settleUnproven } from './judge.ts';
import type { RunningAttempt } from './running-attempt.ts';

type Asked = Pick<AttemptOptions, 'outgoing' | 'dialect' | 'operation' | 'filter'>;

export function sendTo(
  running: RunningAttempt,
  provider: Provider,
  account: Account,
  { outgoing, dialect, operation, filter }: Asked,
): Promise<Attempted> {
  const { call, target } = running;
  settleUnproven(call, target);
  running.token = account.held?.current()?.token;
  running.watch = call.snapshot.parts.ledger.health.begin(target);
  running.started = call.clock.ticks();
  return attempt({
    target,
    dispatcher: account.dispatcher,
    outgoing,
    timeouts: provider.loaded.timeouts,
    clock: call.clock,
    dialect,
    operation,
    stream: call.streams,
    signer: account.signer,
    answer: provider.code.answer?.bind(provider.code),
    classify: provider.code.classify?.bind(provider.code),
    started: (source) => running.runs(source),
    filter,
  });
}
