// The vendor of a login, as requests to it need it: its endpoints, the operator's client, the way there.
import type * as oauth from 'oauth4webapi';
import type { LoadedLogin } from '../../../config/loaded.ts';
import type { Clock } from '../../../core/index.ts';
import { openEgress } from '../../../upstream/egress/open-egress.ts';
import { basicAuthorization } from '../../basic-authorization.ts';
import { LoginFailure, noClient } from '../problems.ts';
import { type Fetch, fetchThrough } from './fetch-through.ts';

export interface Vendor {
  readonly facts: LoadedLogin;
  readonly clock: Clock;
  readonly client: oauth.Client;
  readonly authentication: oauth.ClientAuth;
  /** To its endpoints; JSON in the place of a form where asked for. */
  fetch(body: 'form' | 'json'): Fetch;
}

/** With its way there open until the signal aborts. Throws LoginFailure where the operator has no client. */
export function openVendor(
  facts: LoadedLogin,
  clock: Clock,
  signal: AbortSignal,
): Vendor & { readonly close: () => Promise<void> } {
  const { clientId } = facts;
  if (clientId === undefined) throw new LoginFailure(noClient(facts));
  const egress = openEgress(facts.egressUrl);
  return {
    facts,
    clock,
    client: { client_id: clientId },
    authentication: authenticationOf(facts),
    fetch: (body) => fetchThrough({ facts, clock, signal, dispatcher: egress, body }),
    close: () => egress.destroy(),
  };
}

/** The library escapes more in Basic than RFC 6749 (2.3.1) asks for, which not every vendor undoes. */
function authenticationOf({ clientSecret, clientAuth }: LoadedLogin): oauth.ClientAuth {
  return (_server, { client_id: id }, body, headers) => {
    if (clientSecret !== undefined && clientAuth === 'basic') {
      headers.set('authorization', basicAuthorization(id, clientSecret));
      return;
    }
    body.set('client_id', id);
    if (clientSecret !== undefined) body.set('client_secret', clientSecret);
  };
}
