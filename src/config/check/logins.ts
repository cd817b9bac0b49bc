// What the operator says of logins, in gateway.yaml and in the environment, against what the vendor offers.
import { isIP } from 'node:net';
import type { LoginFlow, ProviderOauth } from '../../core/index.ts';
import { flowsOf, listenVariable, portIn, portVariable } from '../credentials/logins.ts';
import { isSafeEndpoint } from '../credentials/safe-endpoint.ts';
import { type Draft, type Entry, entriesOf } from '../read/entries.ts';
import { isTree, type Tree } from '../read/tree.ts';
import { definitionOf } from './providers.ts';

export function checkLogins(draft: Draft, env: NodeJS.ProcessEnv): void {
  const told = new Set<string>();
  for (const provider of entriesOf(draft, 'providers')) {
    const definition = definitionOf(draft, provider);
    const { oauth: client } = provider.value;
    if (definition?.manifest === undefined || provider.value.enabled === false) continue;
    const { oauth = {} } = definition.manifest;
    const flows = flowsFor(oauth, isTree(client) ? client : {});
    if (isTree(client)) checkClient(draft, provider, client, flows);
    if (!flows.includes('code')) continue;
    const problems = wrongIn(env, [provider.name, definition.directory.name]);
    for (const problem of problems.filter((one) => !told.has(one))) {
      told.add(problem);
      draft.report.warning([...provider.path, 'name'], problem);
    }
  }
}

function flowsFor(oauth: ProviderOauth, client: Tree): readonly LoginFlow[] {
  const url = (name: 'issuer' | 'authorizeUrl' | 'deviceUrl') => {
    const own = client[name];
    return typeof own === 'string' ? own : oauth[name];
  };
  const endpoints = { issuer: url('issuer'), authorizeUrl: url('authorizeUrl'), deviceUrl: url('deviceUrl') };
  return flowsOf({ ...endpoints, flows: oauth.flows });
}

function checkClient(draft: Draft, provider: Entry, client: Tree, flows: readonly LoginFlow[]): void {
  const path = [...provider.path, 'oauth'];
  const unwaited = whyNoCallback(client, flows);
  if (client.callbackPort !== undefined && unwaited !== undefined) {
    draft.report.warning([...path, 'callbackPort'], `no callback is waited for: "${provider.name}" ${unwaited}`, 'key');
  }
  const { tokenUrl, redirectUri } = client;
  if (redirectUri !== undefined && !flows.includes('code')) {
    draft.report.warning([...path, 'redirectUri'], `nobody is sent there: "${provider.name}" has no code flow`, 'key');
  }
  if (flows.length > 0 && typeof tokenUrl === 'string' && !isSafeEndpoint(tokenUrl)) {
    const message = 'no login goes there: write a URL that starts with `https://` (or `http://` to loopback)';
    draft.report.warning([...path, 'tokenUrl'], message);
  }
}

/** On loopback. */
function whyNoCallback(client: Tree, flows: readonly LoginFlow[]): string | undefined {
  if (flows.length === 0) return 'has no login';
  if (!flows.includes('code')) return 'is signed in to with a device code';
  return client.redirectUri === undefined ? undefined : 'has a redirect URI that is not on loopback';
}

/** Values of the environment are not told. */
function wrongIn(env: NodeJS.ProcessEnv, names: readonly string[]): string[] {
  const problems = names.flatMap((name) => {
    const variable = portVariable(name);
    if ((env[variable] ?? '').trim() === '' || portIn(env, name) !== undefined) return [];
    return [`${variable} is no port and has no effect: set it to a number from 0 to 65535, or unset it`];
  });
  const host = (env[listenVariable] ?? '').trim();
  if (host === '' || isIP(host) !== 0) return problems;
  return [...problems, `${listenVariable} is no address: set it to one such as 0.0.0.0, or unset it`];
}
