// Where the vendor sends a browser back to at the end of a login.
import type { LoadedCallback } from '../loaded-login.ts';

/** `port` is the one that is listened at. Undefined while the system has not chosen it. */
export function redirectUriOf(callback: LoadedCallback, port = callback.port): string | undefined {
  const { host, path, registeredPort, redirectUri } = callback;
  if (redirectUri !== undefined) return redirectUri;
  const at = registeredPort ?? port;
  return at === 0 ? undefined : `http://${host}:${at}${path}`;
}
