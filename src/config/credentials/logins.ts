// The logins of a configuration: for each provider instance what its directory says, with what the operator says laid over it.
import type { LoginFlow, ProviderOauth } from '../../core/index.ts';
import type { LoadedCallback, LoadedConfig, LoadedLogin, LoadedProvider } from '../loaded.ts';
import type { Draft } from '../read/entries.ts';
import { readPort } from '../read/port.ts';
import type { Provider } from '../types.gen.ts';

/** Of every enabled instance whose vendor is signed in to; those without a client id too. */
export function loginsOf(draft: Draft, config: LoadedConfig, env: NodeJS.ProcessEnv): LoadedLogin[] {
  return config.providers.flatMap((provider, at): LoadedLogin[] => {
    const { oauth: client, egress } = (draft.tree.providers as Provider[])[at] ?? {};
    const { oauth } = provider.manifest;
    if (!provider.enabled || (oauth === undefined && client === undefined)) return [];
    const egressUrl = config.egress.find(({ name }) => name === egress)?.url;
    const login = { ...loginOf(provider, oauth ?? {}, client, env), egressUrl };
    return login.flows.length === 0 ? [] : [login];
  });
}

function loginOf(
  { name, directory, manifest }: LoadedProvider,
  oauth: ProviderOauth,
  client: Provider['oauth'],
  env: NodeJS.ProcessEnv,
): Omit<LoadedLogin, 'egressUrl'> {
  const endpoints = {
    issuer: client?.issuer ?? oauth.issuer,
    authorizeUrl: client?.authorizeUrl ?? oauth.authorizeUrl,
    tokenUrl: client?.tokenUrl ?? oauth.tokenUrl,
    deviceUrl: client?.deviceUrl ?? oauth.deviceUrl,
    revokeUrl: client?.revokeUrl ?? oauth.revokeUrl,
    userinfoUrl: client?.userinfoUrl ?? oauth.userinfoUrl,
  };
  return {
    provider: name,
    use: directory.name,
    aliases: oauth.aliases,
    // A directory that knows no login is of no vendor's: the endpoints are the operator's.
    title: manifest.oauth === undefined ? name : manifest.title,
    clientId: client?.clientId,
    clientSecret: client?.clientSecret,
    clientAuth: oauth.clientAuth ?? 'body',
    body: oauth.body ?? 'form',
    register: oauth.register,
    ...endpoints,
    flows: flowsOf({ ...endpoints, flows: oauth.flows }),
    scopes: client?.scopes ?? oauth.scopes ?? [],
    pkce: oauth.pkce ?? true,
    devicePkce: oauth.devicePkce ?? false,
    callback: {
      ...callbackOf(oauth, portIn(env, name) ?? portIn(env, directory.name) ?? client?.callbackPort),
      listenHost: env[listenVariable]?.trim() || undefined,
      redirectUri: client?.redirectUri,
    },
    authorizeParameters: oauth.authorizeParameters ?? {},
    tokenParameters: oauth.tokenParameters ?? {},
    deviceParameters: oauth.deviceParameters ?? {},
    fields: oauth.loginFields ?? {},
    exchanged: oauth.exchange !== undefined,
  };
}

type FlowFacts = {
  readonly [Name in 'flows' | 'issuer' | 'authorizeUrl' | 'deviceUrl']?: ProviderOauth[Name] | undefined;
};

/** The flows that are named, else what the endpoints that are named allow. */
export function flowsOf({ flows, issuer, authorizeUrl, deviceUrl }: FlowFacts): readonly LoginFlow[] {
  if (flows !== undefined) return flows;
  const code: LoginFlow[] = authorizeUrl !== undefined || issuer !== undefined ? ['code'] : [];
  return deviceUrl === undefined ? code : [...code, 'device'];
}

/** `chosen`: the port that comes before the directory's. */
export function callbackOf({ callback }: ProviderOauth, chosen?: number): LoadedCallback {
  if (callback === undefined) {
    return { host: '127.0.0.1', port: chosen ?? 0, path: '/callback', registeredPort: undefined };
  }
  const { host = 'localhost', port, path, fixed = false } = callback;
  return { host, port: chosen ?? port, path, registeredPort: fixed ? port : undefined };
}

/** An address: what a callback is listened for at where loopback is not what a browser reaches, as in a container. */
export const listenVariable = 'PORTICO_OAUTH_HOST';

/** `PORTICO_OAUTH_PORT_<NAME>`, upper case, `_` for what no variable may hold. */
export function portVariable(name: string): string {
  return `PORTICO_OAUTH_PORT_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
}

/** Undefined where nothing is set, or what is set is no port. */
export function portIn(env: NodeJS.ProcessEnv, name: string): number | undefined {
  return readPort(env[portVariable(name)]?.trim() ?? '');
}
