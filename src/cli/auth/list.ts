// portico auth list: where one can sign in, and what is still missing for it.
import { Command } from 'commander';
import { callbackOf, flowsOf } from '../../config/credentials/logins.ts';
import { redirectUriOf } from '../../config/credentials/redirect-uri.ts';
import type { LoadedLogin } from '../../config/loaded.ts';
import type { Exit } from '../program.ts';
import { type Cell, formatTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { directoriesWithLogin } from './pick.ts';
import { type Place, type PlaceOptions, readPlace } from './place.ts';
import { hasCredential } from './standing.ts';

interface Options extends PlaceOptions {
  readonly json?: boolean;
}

interface Entry {
  /** Undefined: gateway.yaml has no instance of the directory. */
  readonly provider: string | undefined;
  readonly use: string;
  readonly title: string;
  readonly flows: LoadedLogin['flows'];
  readonly callback: string | undefined;
  readonly client: 'set' | 'missing';
  readonly accounts: number;
  readonly register: string | undefined;
}

const help = `
A provider without a client id needs one that you registered with the vendor; \`portico auth info <provider>\` says where.

Examples:
  portico auth list
  portico auth list --json | jq -r '.[] | select(.client == "missing") | .register'
`;

export function authListCommand(terminal: Terminal, _exit: Exit): Command {
  return new Command('list')
    .alias('providers')
    .description('list where one can sign in, and what is missing for it')
    .option('-c, --config <file>', 'the configuration (default: ./gateway.yaml)')
    .option('--json', 'print the list as JSON')
    .addHelpText('after', help)
    .action(async (options: Options) => {
      const entries = entriesOf(await readPlace(terminal, options));
      terminal.out(options.json ? `${JSON.stringify(entries, null, 2)}\n` : describe(entries, terminal));
    });
}

function entriesOf(place: Place): Entry[] {
  const { logins, definitions, config } = place;
  const served = logins.map((login): Entry => {
    const { provider, use, title, flows, clientId, register } = login;
    const callback = flows.includes('code') ? whereAnswered(login) : undefined;
    const accounts = config.providers.find(({ name }) => name === provider)?.accounts.filter(hasCredential).length ?? 0;
    return {
      provider,
      use,
      title,
      flows,
      callback,
      client: clientId === undefined ? 'missing' : 'set',
      accounts,
      register,
    };
  });
  const others = directoriesWithLogin(place).filter((name) => !served.some(({ use }) => use === name));
  const possible = others.flatMap((use): Entry[] => {
    const manifest = definitions.get(use)?.manifest;
    if (manifest?.oauth === undefined) return [];
    const { oauth, title } = manifest;
    const flows = flowsOf(oauth);
    const callback = flows.includes('code') ? redirectUriOf(callbackOf(oauth)) : undefined;
    return [
      {
        provider: undefined,
        use,
        title,
        flows,
        callback,
        client: 'missing',
        accounts: 0,
        register: oauth.register,
      },
    ];
  });
  return [...served, ...possible];
}

/** The redirect URI; what is behind it where that is elsewhere. */
export function whereAnswered({ callback, flows }: Pick<LoadedLogin, 'callback' | 'flows'>): string {
  if (!flows.includes('code')) return '';
  const { host, port, path, registeredPort, redirectUri } = callback;
  const url = redirectUriOf(callback) ?? `http://${host}:(any)${path}`;
  const moved = redirectUri === undefined && registeredPort !== undefined && registeredPort !== port;
  return moved ? `${url}, listened for at ${port === 0 ? '(any)' : port}` : url;
}

function describe(entries: readonly Entry[], { color, columns }: Terminal): string {
  if (entries.length === 0) return 'No provider directory knows a login.\n';
  const head = ['provider', 'client id', 'accounts', 'signs in to', 'flows', 'callback'];
  const rows = entries.map(({ provider, use, title, flows, callback, client, accounts }): Cell[] => [
    provider === undefined ? { text: `(${use})`, tone: 'quiet' } : provider,
    provider === undefined ? '' : { text: client, tone: client === 'set' ? 'good' : 'warn' },
    provider === undefined ? '' : String(accounts),
    title,
    flows.join(', '),
    callback ?? '',
  ]);
  const table = formatTable([head, ...rows], { color, head: 'row', columns, spare: [5, 4] });
  return entries.every(({ provider }) => provider !== undefined) ? table : `${table}\n${unnamed}`;
}

const unnamed = 'In parentheses: not in gateway.yaml yet. `portico auth login <it>` says what to write.\n';
