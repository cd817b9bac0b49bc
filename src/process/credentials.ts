// The keeper of credentials, joined with the threads that use the tokens and the log that must not show them.
import { CredentialKeeper } from '../accounts/keeper.ts';
import type { ControlThread } from './control-thread.ts';

export function keepCredentials(control: ControlThread): CredentialKeeper {
  return new CredentialKeeper({
    clock: control.options.clock,
    say: (level, message) => control.logging.say(level, 'accounts', message),
    publish: (updates) => control.threads.tell(updates),
    onSecrets: (secrets) => control.logging.redactor.add(secrets),
    onStanding: () => void control.reloader.request(),
    // What was held against the account before its new tokens is over.
    onNews: (who) => {
      control.ledger.health.reset(who);
      control.health.forget(who.provider, who.account);
    },
    onRefreshed: (provider, outcome) => control.telemetry.metrics.credentialRefreshed(provider, outcome),
  });
}
