// portico auth status: every account, whose it is, until when it is good, and how its refreshing goes.
import { Command } from 'commander';
import type { Exit } from '../program.ts';
import { type Cell, formatTable, type Tone } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { pickNamed } from './pick.ts';
import { type PlaceOptions, readPlace, runningAt } from './place.ts';
import { type AccountStanding, type AccountState, isBad, standingsOf } from './standing.ts';
import { distance, moment, nameOf, whoOf } from './words.ts';

interface Options extends PlaceOptions {
  readonly account?: string;
  readonly json?: boolean;
}

const help = `
Reads the account files, and asks the running gateway where there is one: it may have refreshed a token in memory.

Exit code: 0 all can be used, 2 asked or configured wrongly, 3 one is expired or broken.

Examples:
  portico auth status
  portico auth status acme
  portico auth status --json | jq -r '.[] | select(.state == "expired") | .account'
`;

export function authStatusCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('status')
    .description('list the accounts: whose, until when, how refreshing goes')
    .argument('[provider]', 'a provider, or provider/account')
    .option('--account <name>', 'one of its accounts')
    .option('-c, --config <file>', 'the configuration (default: ./gateway.yaml)')
    .option('--state <directory>', 'state directory of the gateway (default: PORTICO_STATE or ./.portico)')
    .option('--json', 'print the list as JSON')
    .addHelpText('after', help)
    .action(async (named: string | undefined, options: Options) => {
      const place = await readPlace(terminal, options);
      const { provider: wanted, account } = pickNamed(place, named, options.account);
      const now = Date.now();
      const all = await standingsAt(terminal, options, now, place);
      const shown = all.filter(
        (one) =>
          (wanted === undefined || one.provider === wanted) && (account === undefined || one.account === account),
      );
      terminal.out(options.json ? `${JSON.stringify(shown, null, 2)}\n` : describe(shown, now, terminal));
      exit(shown.some(isBad) ? 3 : 0);
    });
}

/** With what the running gateway says, where there is one. */
export async function standingsAt(
  terminal: Terminal,
  options: PlaceOptions,
  now: number,
  place: Awaited<ReturnType<typeof readPlace>>,
): Promise<AccountStanding[]> {
  const running = await runningAt(terminal, options);
  return standingsOf(place, await running?.accounts(), now);
}

function describe(standings: readonly AccountStanding[], now: number, { color, columns }: Terminal): string {
  if (standings.length === 0) return 'There is no account. `portico auth login` adds one.\n';
  const head = ['account', 'kind', 'who', 'plan', 'valid until', 'refresh', 'state'];
  return formatTable([head, ...standings.map((one) => rowOf(one, now))], {
    color,
    head: 'row',
    columns,
    spare: [1, 3],
  });
}

const tones: Readonly<Record<AccountState, Tone>> = {
  valid: 'good',
  due: 'warn',
  expired: 'bad',
  broken: 'bad',
  off: 'quiet',
  unasked: 'quiet',
};

const words: Readonly<Record<AccountState, string>> = {
  valid: 'valid',
  due: 'is refreshed when it is used',
  expired: 'expired',
  broken: 'broken',
  off: 'off',
  unasked: 'a key: nobody was asked',
};

function rowOf(one: AccountStanding, now: number): Cell[] {
  const { kind, names, expiresAt, state } = one;
  const until = expiresAt === undefined ? '' : moment(expiresAt);
  return [
    nameOf(one),
    kind,
    whoOf(one) ?? '',
    names.plan ?? '',
    until,
    refreshWord(one, now),
    { text: stateWord(one), tone: tones[state] },
  ];
}

export function stateWord({ state, reason }: Pick<AccountStanding, 'state' | 'reason'>): string {
  if (reason === undefined) return words[state];
  // A refresh that failed has a reason.
  return `${state === 'due' ? 'has no valid token' : words[state]}: ${reason}`;
}

export function refreshWord({ refresh, kept, kind, state }: AccountStanding, now: number): string {
  if (refresh === undefined) return '';
  const next = refresh.next === undefined ? '' : ` ${distance(refresh.next, now)}`;
  const memory = kept === 'memory' && kind === 'oauth' ? ', kept in memory' : '';
  const times = refresh.failures === 1 ? 'once' : `${refresh.failures} times`;
  if (refresh.state === 'failing') return `failed ${times}, again${next}${memory}`;
  if (refresh.state === 'running') return `running${memory}`;
  return refresh.state === 'due' && state !== 'broken' ? `${next.trim()}${memory}` : memory.replace(', ', '');
}
