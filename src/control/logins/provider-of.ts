// What is told of a provider that can be signed in to: nothing of its client but whether there is one.
import { redirectUriOf } from '../../config/credentials/redirect-uri.ts';
import type { LoadedLogin } from '../../config/loaded.ts';
import type { LoginProvider } from './logins.ts';

export function providerOf(facts: LoadedLogin): LoginProvider {
  const { provider, use, aliases = [], title, flows, clientId, register } = facts;
  const callback = flows.includes('code') ? callbackOf(facts) : null;
  return { provider, use, aliases, title, flows, callback, clientId: clientId !== undefined, register };
}

function callbackOf({ callback }: LoadedLogin): LoginProvider['callback'] {
  const { host, port, path } = callback;
  // Where the system chooses the port the vendor is told none (RFC 8252, 7.3).
  return { redirectUri: redirectUriOf(callback) ?? `http://${host}${path}`, host, port };
}
