// What is told of a provider that can be signed in to: nothing of its client but whether there is one.
import type { LoadedLogin } from '../../config/loaded.ts';
import type { LoginProvider } from './logins.ts';

export function providerOf(facts: LoadedLogin): LoginProvider {
  const { provider, use, aliases = [], title, flows, clientId, register } = facts;
  const callback = flows.includes('code') ? callbackOf(facts) : null;
  return { provider, use, aliases, title, flows, callback, clientId: clientId !== undefined, register };
}

function callbackOf({ callback }: LoadedLogin): LoginProvider['callback'] {
  const { host, port, path, registeredPort, redirectUri } = callback;
  if (redirectUri !== undefined) return { redirectUri, host, port };
  // Where the system chooses the port the vendor is told none (RFC 8252, 7.3).
  const at = registeredPort ?? port;
  return { redirectUri: `http://${host}${at === 0 ? '' : `:${at}`}${path}`, host, port };
}
