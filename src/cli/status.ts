// portico status: what the running gateway serves, and what is wrong with it.
import { Command } from 'commander';
import { formatIssues } from '../config/format.ts';
import type { ProviderStatus, ReloadResult, Status, StoreStatus } from '../control/plane.ts';
import { requireRunning } from './control.ts';
import { locateState } from './locate.ts';
import type { Exit } from './program.ts';
import { type Cell, formatTable } from './table.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly json?: boolean;
  readonly state?: string;
}

const help = `
Examples:
  portico status
  portico status --json | jq .revision
`;

export function statusCommand(terminal: Terminal, _exit: Exit): Command {
  return new Command('status')
    .description('show what the running gateway serves, and what is wrong with it')
    .option('--state <directory>', 'state directory of the gateway (default: PORTICO_STATE or ./.portico)')
    .option('--json', 'print everything as JSON')
    .addHelpText('after', help)
    .action(async (options: Options) => {
      const running = await requireRunning(locateState(terminal, options.state));
      const status = await running.status();
      terminal.out(options.json ? `${JSON.stringify(status, null, 2)}\n` : describe(status, terminal));
    });
}

function describe(status: Status, terminal: Terminal): string {
  const { store } = status;
  const rows: Cell[][] = [
    [
      'revision',
      {
        text: `${status.revision}${stateWords[status.config.state]}`,
        tone: status.config.state === 'current' ? undefined : 'warn',
      },
    ],
    ['file', status.file],
    ['process', `${status.pid}, version ${status.version}, up ${duration(status.uptimeMs)}`],
    ['ready', status.ready ? { text: 'yes', tone: 'good' } : { text: `no: ${status.unready.join('; ')}`, tone: 'bad' }],
    ...label(
      'listeners',
      status.listeners.map(({ name, tls, host, port }) => `${name} ${url(tls, host, port)}`),
    ),
    ['control', url(false, status.control.host, status.control.port)],
    ...label(
      'threads',
      status.threads.map(({ thread, state, inFlight }) => `${thread} ${state}, ${inFlight} in flight`),
    ),
    ...label('providers', status.providers.map(provider)),
    ['plugins', status.plugins.map(({ name, on }) => (on ? name : `${name} (off)`)).join(' -> ')],
    ...label(
      'failed to load',
      status.degraded.map(
        ({ kind, name, using, problem }) => `${kind} ${name}, using ${using}: ${problem.where}: ${problem.message}`,
      ),
    ),
    ...label('store', store === undefined ? [] : [storeLine(store)]),
    ...label(
      'log outputs',
      status.logging.map(({ output, error }) => (error === undefined ? output : `${output}: ${error}`)),
    ),
  ];
  const { last, state } = status.config;
  const trouble = state === 'current' || last === undefined ? [] : troubleOf(last, terminal);
  return `${formatTable(rows, { color: terminal.color, head: 'column' })}${trouble.length === 0 ? '' : `\n${trouble.join('\n')}\n`}`;
}

/** What is wrong with the file itself, and what keeps a sound one from being served: a port in use, a thread that failed. */
function troubleOf({ issues, problems }: ReloadResult, { color, cwd }: Terminal): string[] {
  const written = formatIssues(issues, { color, base: cwd }).trimEnd();
  return [...(written === '' ? [] : [written]), ...problems.map(({ where, message }) => `${where}: ${message}`)];
}

const stateWords = {
  current: '',
  rejected: ' (the file has changed and was not taken, see below)',
  'last-good': ' (the last good one: the file was bad at the start, see below)',
} as const;

/** Rows under one label, which stands in the first of them. */
function label(name: string, values: readonly string[]): string[][] {
  return values.map((value, index) => [index === 0 ? name : '', value]);
}

function url(tls: boolean, host: string, port: number): string {
  return `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function provider({ name, use, enabled, accounts, discovery }: ProviderStatus): string {
  const title = use === name ? name : `${name} (${use})`;
  if (!enabled) return `${title}: off`;
  const list = accounts.map(accountWord);
  const models = discovery?.state === 'failing' ? `; no new list of models: ${discovery.error}` : '';
  return `${title}: ${list.length === 0 ? 'no account' : list.join(', ')}${models}`;
}

/** An account as `status` names it, with what is wrong with it. */
export function accountWord({ name, usable, reason, credential }: ProviderStatus['accounts'][number]): string {
  if (!usable) return `${name} (${reason})`;
  if (credential?.refresh.state === 'failing') return `${name} (token not refreshed: ${credential.reason})`;
  return credential?.kept === 'memory' ? `${name} (new tokens kept in memory)` : name;
}

function storeLine({ path, error, restart }: StoreStatus): string {
  const state = error === undefined ? path : `${path} ${error}`;
  return restart ? `${state} (the configuration names another one, for the next start)` : state;
}

function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
