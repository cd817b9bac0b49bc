// The loopback ports that logins are answered at: one for each provider that a browser signs in to, bound only while
// somebody does.
import { portVariable } from '../../config/credentials/logins.ts';
import { redirectUriOf } from '../../config/credentials/redirect-uri.ts';
import type { LoadedLogin } from '../../config/loaded.ts';
import type { LoginState } from '../../control/logins/logins.ts';
import type { CallbackOf, PortStatus } from '../../control/plane.ts';
import type { WantedPort } from './look.ts';

/** Device codes need none, nor does a redirect URI that is not on loopback. */
export function callbacksOf(logins: readonly LoadedLogin[]): readonly WantedPort[] {
  return logins
    .filter(({ flows, callback }) => flows.includes('code') && callback.redirectUri === undefined)
    .map((login) => wantedPort(login, login.callback.listenHost ?? '127.0.0.1', login.callback.port));
}

/** Those of this process: what the logins it has begun listen at. `logins` may have lost the provider of one since. */
export function boundCallbacks(states: readonly LoginState[], logins: readonly LoadedLogin[]): readonly PortStatus[] {
  const own = { pid: process.pid, name: 'portico' };
  return states.flatMap((state): PortStatus[] => {
    if (state.status !== 'waiting' || state.listening === undefined) return [];
    const { host, port } = state.listening;
    const login = logins.find(({ provider }) => provider === state.provider);
    const bare = { what: `callback ${state.provider}`, host, port, protocol: 'http', routes: [] } as const;
    return [{ ...(login === undefined ? bare : wantedPort(login, host, port)), state: 'bound', process: own }];
  });
}

function wantedPort(login: LoadedLogin, host: string, port: number): WantedPort {
  const what = `callback ${login.provider}`;
  return { what, host, port, protocol: 'http', routes: [], callback: callbackOf(login, port) };
}

function callbackOf({ provider, callback }: LoadedLogin, port: number): CallbackOf {
  return {
    provider,
    path: callback.path,
    redirectUri: redirectUriOf(callback, port),
    fixed: callback.registeredPort !== undefined,
    change: {
      option: `portico auth login ${provider} --callback-port <port>`,
      variable: portVariable(provider),
      setting: `providers[${provider}].oauth.callbackPort`,
    },
  };
}
