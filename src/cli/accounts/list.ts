// portico accounts list: every account, what it is put aside for and until when, how busy and how fast it is.
import { Command } from 'commander';
import type { RefreshStatus } from '../../accounts/credential-status.ts';
import type { AccountFigures, AsideFigures } from '../../control/stats/accounts.ts';
import { requireRunning } from '../control.ts';
import { locateState } from '../locate.ts';
import type { Exit } from '../program.ts';
import { type Cell, formatTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { dollars, short, time } from '../top/figures.ts';

interface Options {
  readonly json?: boolean;
  readonly state?: string;
}

const help = `
Examples:
  portico accounts
  portico accounts list --json | jq '.[] | select(.state != "usable")'
`;

export function accountsListCommand(terminal: Terminal, _exit: Exit): Command {
  return new Command('list')
    .description('list the accounts of the running gateway and how they do')
    .option('--state <directory>', 'state directory of the gateway (default: PORTICO_STATE or ./.portico)')
    .option('--json', 'print everything as JSON')
    .addHelpText('after', help)
    .action(async (options: Options) => {
      const running = await requireRunning(locateState(terminal, options.state));
      const accounts = await running.accounts();
      terminal.out(
        options.json ? `${JSON.stringify(accounts, null, 2)}\n` : describe(accounts, Date.now(), terminal.color),
      );
    });
}

/** A row for each account, and one below it for each model it is put aside for. */
export function describe(accounts: readonly AccountFigures[], now: number, color = false): string {
  if (accounts.length === 0) return 'No account is configured.\n';
  const head = ['account', 'priority', 'in flight', 'asked', 'first byte', 'limits', 'state'];
  const rows = accounts.flatMap((account) => [
    rowOf(account, now),
    ...account.models.map((aside) => [
      `  ${aside.model ?? '(no model)'}`,
      ...Array.from({ length: 5 }, () => ''),
      { text: stateOf(aside, now), tone: 'warn' as const },
    ]),
  ]);
  return formatTable([head, ...rows], { color, head: 'row' });
}

function rowOf(account: AccountFigures, now: number): Cell[] {
  const { provider, name, priority, inFlight, used, firstByteMs, limits } = account;
  return [
    `${provider}/${name}`,
    String(priority),
    String(inFlight),
    short(used),
    time(firstByteMs),
    limits.map(limitWord).join(', '),
    stateCell(account, now),
  ];
}

function stateCell(account: AccountFigures, now: number): Cell {
  const { aside, disabled } = account;
  if (disabled !== undefined) return { text: `disabled: ${disabled}`, tone: 'bad' };
  const token = tokenWord(account, now);
  return { text: `${stateOf(aside, now)}${token}`, tone: aside === undefined && token === '' ? 'good' : 'warn' };
}

/** What is to be said of a token that changes; nothing where all is well. */
function tokenWord({ credential }: AccountFigures, now: number): string {
  if (credential === undefined) return '';
  const { expiresAt, reason, refresh, kept } = credential;
  const memory = kept === 'memory' ? 'new tokens are kept in memory' : undefined;
  if (reason === undefined) return memory === undefined ? '' : ` (${memory})`;
  const left = expiresAt === undefined ? '' : `, good for ${time(Math.max(0, expiresAt - now))}`;
  const words = [reason, failuresWord(refresh, now), memory].filter((word) => word !== undefined);
  return ` (token${left}: ${words.join('; ')})`;
}

function failuresWord({ state, failures, next }: RefreshStatus, now: number): string | undefined {
  if (state !== 'failing') return undefined;
  const again = next === undefined ? '' : `, again in ${time(Math.max(0, next - now))}`;
  return `failed ${failures === 1 ? 'once' : `${failures} times in a row`}${again}`;
}

function stateOf(aside: AsideFigures | undefined, now: number): string {
  if (aside === undefined) return 'usable';
  const { state, status, cause, until, level, message } = aside;
  const when = { cooling: `cooling for ${time(Math.max(0, until - now))}`, trial: 'to be tried', tried: 'being tried' };
  const why = status === undefined ? cause : `${status} (${cause})`;
  const again = level > 1 ? `, ${level} times in a row` : '';
  return `${when[state]} after ${why}${again}${message === undefined ? '' : `: ${message}`}`;
}

/** `60 of 100 requests/1m`; money in dollars. */
function limitWord({ kind, window, used, amount }: AccountFigures['limits'][number]): string {
  const word = kind === 'cost' ? dollars : short;
  return `${word(used)} of ${word(amount)} ${kind}${window === '' ? '' : `/${window}`}`;
}
