// Turns what became of an attempt into the answer of the call.
import { GatewayError, type Outcome } from '../../core/index.ts';
import type { GatewayCall } from './call.ts';

/** Sets the reply, or throws the gateway's own error where the upstream's answer must not be shown. */
export function answerWith(call: GatewayCall, outcome: Outcome): void {
  if (outcome.ok) {
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
  });
}

/** What was tried, where more than one thing was. */
function summary(call: GatewayCall): string {
  if (call.attempts.length < 2) return '';
  const tried = call.attempts.map(({ provider, account, failure }) => `${provider}/${account}: ${failure ?? 'ok'}`);
  return ` Tried ${tried.join(', ')}.`;
}
