// Lets a call in with a client key: one rule for all plugins that find out whose call it is.
import type { Call } from './call.ts';
import { GatewayError } from './errors.ts';
import type { KeyEntry } from './host.ts';

/** Sets `call.key`. Throws `disabled-key`, `expired-key` or `route-not-allowed`. */
export function admit(call: Call, key: KeyEntry): void {
  if (!key.enabled) throw new GatewayError('disabled-key');
  if (key.expiresAt !== undefined && call.clock.now() >= key.expiresAt) throw new GatewayError('expired-key');
  if (key.routes !== undefined && !key.routes.includes(call.route)) throw new GatewayError('route-not-allowed');
  call.key = key;
}
