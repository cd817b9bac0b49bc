// Turns what became of an attempt into the answer of the call.
import { GatewayError, type Outcome } from '../../core/index.ts';
import { runningOf } from '../attempt/running-attempt.ts';
import { rememberKeeper } from '../session/keeper.ts';
import type { GatewayCall } from './call.ts';
import { toldOf } from './passed-over.ts';

/** Of many accounts that are all at their limits it is enough to name some. */
const mostTold = 8;

/** Sets the reply, or throws the gateway's own error where the upstream's answer must not be shown. */
export function answerWith(call: GatewayCall, outcome: Outcome): void {
  call.found = runningOf(outcome)?.found ?? call.found;
  if (outcome.ok) {
    rememberKeeper(call, outcome);
    call.reply = outcome.reply;
    return;
  }
  call.error = outcome.code;
  call.reason = outcome.message;
  call.outcome = 'error';
  if (outcome.reply !== undefined) {
    call.reply = outcome.reply;
    return;
  }
  if (outcome.kind === 'gone') call.mustGoOn();
  throw new GatewayError(outcome.code, {
    message: `${outcome.message}${summary(call)}`,
    ...(outcome.retryAfterMs === undefined ? {} : { retryAfterMs: outcome.retryAfterMs }),
    ...(outcome.param === undefined ? {} : { param: outcome.param }),
  });
}

/** What was tried, where more than one thing was, and who was not. */
function summary(call: GatewayCall): string {
  return `${triedIn(call)}${passedIn(call)}`;
}

function triedIn({ attempts }: GatewayCall): string {
  if (attempts.length < 2) return '';
  const tried = attempts
    .slice(0, mostTold)
    .map(({ provider, account, failure }) => `${provider}/${account}: ${failure ?? 'ok'}`);
  const more = attempts.length > mostTold ? ` and ${attempts.length - mostTold} more` : '';
  return ` Tried ${tried.join(', ')}${more}.`;
}

function passedIn({ attempts, passed }: GatewayCall): string {
  const lists = [...attempts, toldOf(passed)];
  const all = lists.flatMap((list) => list.passed ?? []);
  if (all.length === 0) return '';
  const count = lists.reduce((sum, list) => sum + (list.passedCount ?? list.passed?.length ?? 0), 0);
  const named = all.slice(0, mostTold).map(({ provider, account, reason }) => `${provider}/${account} (${reason})`);
  const more = count > named.length ? ` and ${count - named.length} more` : '';
  return ` Passed over ${named.join(', ')}${more}.`;
}
