// portico ports: every port the gateway binds, and who is in the way of one it cannot.
import { Command } from 'commander';
import type { PortStatus } from '../control/plane.ts';
import { findHolder } from '../process/ports/holder.ts';
import { lookAtPorts, portsOf } from '../process/ports/look.ts';
import { findRunning, type RunningGateway } from './control.ts';
import { CommandFailure } from './failure.ts';
import { locateConfiguration, locateState } from './locate.ts';
import type { Exit } from './program.ts';
import { countIssues, readConfiguration } from './read.ts';
import { formatTable } from './table.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly json?: boolean;
  readonly state?: string;
}

const help = `
A running gateway is asked what it has bound. Where none runs, or a file is named, each port of the file that no gateway
of this state directory has bound is tried for a moment.

Exit code: 0 every port is bound or free, 1 one cannot be had.

Examples:
  portico ports
  portico ports candidate.yaml
  portico ports --json | jq '.[] | select(.state == "in-the-way")'
`;

export function portsCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('ports')
    .description('show every port the gateway binds, and what is in the way of one')
    .argument('[file]', 'look at the ports of this configuration (default: those of the gateway that runs)')
    .option('--state <directory>', 'state directory of the gateway (default: PORTICO_STATE or ./.portico)')
    .option('--json', 'print the list as JSON')
    .addHelpText('after', help)
    .action(async (named: string | undefined, options: Options) => {
      const running = await findRunning(locateState(terminal, options.state));
      const ports = await Promise.all((await find(terminal, named, running)).map(withHolder));
      terminal.out(options.json ? `${JSON.stringify(ports, null, 2)}\n` : formatTable(ports.map(rowOf)));
      exit(ports.every(({ state }) => state === 'bound' || state === 'not-running') ? 0 : 1);
    });
}

async function find(
  terminal: Terminal,
  named: string | undefined,
  running: RunningGateway | undefined,
): Promise<readonly PortStatus[]> {
  const known = (await running?.ports()) ?? [];
  if (running !== undefined && named === undefined) return known;
  const file = locateConfiguration(terminal, named, true);
  const { config, issues } = await readConfiguration(terminal, file);
  if (config === undefined) {
    const found = countIssues(issues) ?? 'it could not be read';
    throw new CommandFailure(`${file} is not valid: ${found}.`, '`portico check` shows what is wrong.');
  }
  const bound = known.filter(({ state }) => state === 'bound');
  return lookAtPorts(portsOf(config), bound);
}

/** This user may be told more than the gateway's. */
async function withHolder(port: PortStatus): Promise<PortStatus> {
  if (port.state !== 'in-the-way' || port.process !== undefined) return port;
  return { ...port, process: await findHolder(port.host, port.port) };
}

function rowOf(port: PortStatus): string[] {
  const { what, host, protocol, routes } = port;
  const address = `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port.port === 0 ? '(any)' : port.port}`;
  return [what, address, routes.length === 0 ? '-' : routes.join(', '), stateOf(port)];
}

function stateOf({ state, process, problem }: PortStatus): string {
  const who = process === undefined ? undefined : `process ${process.pid} (${process.name})`;
  if (state === 'bound') return `bound by ${who ?? 'the gateway'}`;
  if (state === 'in-the-way')
    return `in the way: ${who ?? 'another program, the system does not tell this user which'}`;
  return state === 'not-running' ? 'not running, the port is free' : (problem ?? 'cannot be bound');
}
