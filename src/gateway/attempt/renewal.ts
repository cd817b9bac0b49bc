// Tokens that can be renewed: after a 401 they are, once in a call, and the same account is asked again.
import type { AttemptFailure } from '../../core/index.ts';
import { refreshFor } from '../credentials.ts';
import type { Account } from '../snapshot.ts';
import type { RunningAttempt } from './running-attempt.ts';

/** Whether the account has another token now than the one that was refused. */
export async function renewed(running: RunningAttempt, { held }: Account, failure: AttemptFailure): Promise<boolean> {
  if (held === undefined || failure.status !== 401) return false;
  const { call, target } = running;
  const account = `${target.provider}/${target.account}`;
  if (call.renewed.includes(account)) return false;
  call.renewed = [...call.renewed, account];
  const renewed = await refreshFor(held, running.token, () => call.signal);
  // Where the call was given up meanwhile nothing is known of the account.
  return renewed || call.gone !== undefined;
}
