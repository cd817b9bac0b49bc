// portico auth info: one account with its file, or how one signs in to a provider. No secret is shown.
import { Command } from 'commander';
import type { LoadedLogin } from '../../config/loaded.ts';
import type { Exit } from '../program.ts';
import { formatTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { whereAnswered } from './list.ts';
import { pickAccount, pickLogin, pickProvider, splitName } from './pick.ts';
import { type Place, type PlaceOptions, readPlace } from './place.ts';
import { type AccountStanding, isBad } from './standing.ts';
import { refreshWord, standingsAt } from './status.ts';
import { masked, nameOf, whenOver } from './words.ts';

interface Options extends PlaceOptions {
  readonly account?: string;
  readonly json?: boolean;
}

const help = `
With a provider that has several accounts, or none, it tells how one signs in there. Client ids are shown in part, secrets never.

Exit code: 0, 2 asked or configured wrongly, 3 the account is expired or broken.

Examples:
  portico auth info
  portico auth info acme/ada
  portico auth info acme --json | jq -r .account.file
`;

export function authInfoCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('info')
    .description('show one account and its file, or how one signs in to a provider')
    .argument('[provider]', 'a provider, or provider/account')
    .option('--account <name>', 'one of its accounts')
    .option('-c, --config <file>', 'the configuration (default: ./gateway.yaml)')
    .option('--state <directory>', 'state directory of the gateway (default: PORTICO_STATE or ./.portico)')
    .option('--json', 'print it as JSON')
    .addHelpText('after', help)
    .action(async (named: string | undefined, options: Options) => {
      const place = await readPlace(terminal, options);
      const now = Date.now();
      const { standing, login } = await find(terminal, place, named, options, now);
      const facts = login && factsOf(login);
      if (options.json) terminal.out(`${JSON.stringify({ account: standing, login: facts }, null, 2)}\n`);
      else terminal.out(formatTable(rowsOf(standing, login, now), { color: terminal.color, head: 'column' }));
      exit(standing !== undefined && isBad(standing) ? 3 : 0);
    });
}

interface Found {
  readonly standing: AccountStanding | undefined;
  readonly login: LoadedLogin | undefined;
}

async function find(
  terminal: Terminal,
  place: Place,
  named: string | undefined,
  options: Options,
  now: number,
): Promise<Found> {
  const { provider, account } = splitName(named, options.account);
  const standings = await standingsAt(terminal, options, now, place);
  const name = provider === undefined ? undefined : providerOf(place, provider);
  const within = standings.filter((one) => name === undefined || one.provider === name);
  const known = account !== undefined || within.length === 1 || name === undefined;
  const standing = known ? pickAccount(within, name, account) : undefined;
  const login = place.logins.find((one) => one.provider === (standing?.provider ?? name));
  return { standing, login };
}

/** One that is not in the configuration yet is told about as a login would. */
function providerOf(place: Place, named: string): string {
  const known = place.config.providers.some(({ name, directory }) => name === named || directory.name === named);
  return known ? pickProvider(place, named) : pickLogin(place, named).provider;
}

/** What may be told of a login. */
function factsOf(login: LoadedLogin) {
  const { provider, use, title, clientId, clientSecret, flows, scopes, register } = login;
  const { issuer, authorizeUrl, tokenUrl, deviceUrl, revokeUrl, userinfoUrl, callback } = login;
  return {
    provider,
    use,
    title,
    flows,
    clientId: clientId === undefined ? undefined : masked(clientId),
    clientSecret: clientSecret === undefined ? 'none' : 'set',
    endpoints: { issuer, authorizeUrl, tokenUrl, deviceUrl, revokeUrl, userinfoUrl },
    scopes,
    callback,
    register: clientId === undefined ? register : undefined,
  };
}

function rowsOf(standing: AccountStanding | undefined, login: LoadedLogin | undefined, now: number): string[][] {
  const account = standing === undefined ? [] : accountRows(standing, now);
  return [...account, ...(login === undefined ? [] : loginRows(login))].filter(([, value]) => value !== '');
}

function accountRows(standing: AccountStanding, now: number): string[][] {
  const { kind, state, reason, names, expiresAt, file, index, live } = standing;
  return [
    ['account', nameOf(standing)],
    ['kind', kind],
    ['user', names.email ?? ''],
    ['account id', names.accountId ?? ''],
    ['plan', names.plan ?? ''],
    ['project', names.project ?? ''],
    ['state', reason === undefined ? state : `${state}: ${reason}`],
    ['token expires', kind === 'oauth' || expiresAt !== undefined ? whenOver(expiresAt, now) : ''],
    ['refresh', refreshWord(standing, now)],
    [
      'file',
      file === undefined
        ? 'none: the configuration holds it'
        : `${file}${index === undefined ? '' : `, item ${index + 1}`}`,
    ],
    ['told by', live ? 'the running gateway' : file === undefined ? 'the configuration' : 'the file'],
  ];
}

function loginRows(login: LoadedLogin): string[][] {
  const { endpoints, clientId, clientSecret, register } = factsOf(login);
  const named = Object.entries(endpoints).flatMap(([name, url]) => (url === undefined ? [] : [[name, url]]));
  return [
    ['signs in to', login.title === login.provider ? login.title : `${login.title} (${login.provider})`],
    ['flows', login.flows.join(', ')],
    ['client id', clientId ?? 'not set: providers[].oauth.clientId'],
    ['client secret', clientSecret],
    ['callback', whereAnswered(login)],
    ['scopes', login.scopes.join(' ')],
    ...named,
    ['to register', register?.trim().replaceAll(/\s+/g, ' ') ?? ''],
  ];
}
