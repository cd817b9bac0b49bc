// portico ports: every port the gateway binds, and who is in the way of one it cannot.
import { Command } from 'commander';
import type { CallbackOf, PortStatus } from '../control/plane.ts';
import { callbacksOf } from '../process/ports/callbacks.ts';
import { findHolder } from '../process/ports/holder.ts';
import { lookAtPorts, portsOf } from '../process/ports/look.ts';
import { findRunning, type RunningGateway } from './control.ts';
import { CommandFailure } from './failure.ts';
import { locateConfiguration, locateState } from './locate.ts';
import type { Exit } from './program.ts';
import { countIssues, readConfiguration } from './read.ts';
import { type Cell, formatTable } from './table.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly all?: boolean;
  readonly json?: boolean;
  readonly state?: string;
}

const help = `
A running gateway is asked what it has bound. Where none runs, or a file is named, each port of the file that no gateway
of this state directory has bound is tried for a moment.

Logins that the gateway has begun are listed while they wait. --all lists the callback port of every provider that a
browser signs in to, and how to change it; one that \`portico auth login\` listens at is held by that process.

Exit code: 0 every port is bound or free, 1 one cannot be had.

Examples:
  portico ports
  portico ports --all
  portico ports candidate.yaml
  portico ports --json | jq '.[] | select(.state == "in-the-way")'
`;

export function portsCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('ports')
    .description('show every port the gateway binds, and what is in the way of one')
    .argument('[file]', 'look at the ports of this configuration (default: those of the gateway that runs)')
    .option('--all', 'with the callback port of every provider that a browser signs in to')
    .option('--state <directory>', 'state directory of the gateway (default: PORTICO_STATE or ./.portico)')
    .option('--json', 'print the list as JSON')
    .addHelpText('after', help)
    .action(async (named: string | undefined, options: Options) => {
      const running = await findRunning(locateState(terminal, options.state));
      const found = await find(terminal, { named, running, all: options.all === true });
      const ports = await Promise.all(found.map(withHolder));
      terminal.out(options.json ? `${JSON.stringify(ports, null, 2)}\n` : textOf(ports, terminal.color));
      exit(ports.every(({ state }) => state === 'bound' || state === 'not-running') ? 0 : 1);
    });
}

interface Wish {
  readonly named: string | undefined;
  readonly running: RunningGateway | undefined;
  readonly all: boolean;
}

async function find(terminal: Terminal, { named, running, all }: Wish): Promise<readonly PortStatus[]> {
  const known = (await running?.ports()) ?? [];
  const served = named === undefined ? running : undefined;
  if (served !== undefined && !all) return known;
  const file = served === undefined ? locateConfiguration(terminal, named, true) : (await served.status()).file;
  const { config, issues, logins = [] } = await readConfiguration(terminal, file);
  if (config === undefined) {
    const found = countIssues(issues) ?? 'it could not be read';
    throw new CommandFailure(`${file} is not valid: ${found}.`, '`portico check` shows what is wrong.');
  }
  const bound = known.filter(({ state }) => state === 'bound');
  const callbacks = await lookAtPorts(all ? callbacksOf(logins) : [], bound);
  if (served === undefined) return [...(await lookAtPorts(portsOf(config), bound)), ...callbacks];
  return [...known, ...callbacks.filter((one) => !known.some(({ what }) => what === one.what))];
}

/** This user may be told more than the gateway's. */
async function withHolder(port: PortStatus): Promise<PortStatus> {
  if (port.state !== 'in-the-way' || port.process !== undefined) return port;
  return { ...port, process: await findHolder(port.host, port.port) };
}

function textOf(ports: readonly PortStatus[], color: boolean): string {
  return (
    formatTable(ports.map(rowOf), { color, head: 'column' }) + advice(ports.flatMap(({ callback }) => callback ?? []))
  );
}

function rowOf(port: PortStatus): Cell[] {
  const { what, host, protocol, routes, callback } = port;
  const address = `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port.port === 0 ? '(any)' : port.port}`;
  const served = routes.length === 0 ? '-' : routes.join(', ');
  return [what, address + (callback?.path ?? ''), served, { text: stateOf(port), tone: tones[port.state] }];
}

const tones = { bound: 'good', 'not-running': 'quiet', 'in-the-way': 'bad', 'cannot-bind': 'bad' } as const;

function stateOf({ state, process, problem, callback }: PortStatus): string {
  const who = process === undefined ? undefined : `process ${process.pid} (${process.name})`;
  if (state === 'bound') return `bound by ${who ?? 'the gateway'}${callback === undefined ? '' : ', a login waits'}`;
  if (state === 'in-the-way')
    return `in the way: ${who ?? 'another program, the system does not tell this user which'}`;
  if (state !== 'not-running') return problem ?? 'cannot be bound';
  return callback === undefined ? 'not running, the port is free' : 'no login waits, the port is free';
}

/** How the callback ports are changed, said once for all of them. */
function advice(callbacks: readonly CallbackOf[]): string {
  const [first] = callbacks;
  if (first === undefined) return '';
  const { option, setting, variable } = first.change;
  const fixed = callbacks.filter((one) => one.fixed).map(({ provider }) => provider);
  const note =
    fixed.length === 0
      ? ''
      : `\n${fixed.join(', ')}: the vendor sends browsers to the usual port whatever is set here; forward it to the other one.`;
  return `\nAnother callback port: ${option}\n  or portico config set '${setting}' <port>\n  or ${variable}=<port>${note}\n`;
}
