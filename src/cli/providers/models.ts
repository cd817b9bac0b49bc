// portico providers models: what an instance of the running gateway serves, and how its list was come by.
import { Command } from 'commander';
import type { DiscoveryStatus, ProviderModels } from '../../control/plane.ts';
import { requireRunning } from '../control.ts';
import { locateState } from '../locate.ts';
import type { Exit } from '../program.ts';
import { withProgress } from '../progress.ts';
import { formatTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  readonly refresh?: boolean;
  readonly json?: boolean;
  readonly state?: string;
}

const help = `
Exit code: 0, or 1 where the upstream was to be asked and its list could not be had.

Examples:
  portico providers models cloud
  portico providers models cloud --refresh
`;

export function providersModelsCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('models')
    .description('list the models an instance of the running gateway serves')
    .argument('<name>', 'name of the instance, as in the configuration')
    .option('--refresh', 'ask the upstream for its list first (instances with `models: discover`)')
    .option('--state <directory>', 'state directory of the gateway (default: PORTICO_STATE or ./.portico)')
    .option('--json', 'print the list as JSON')
    .addHelpText('after', help)
    .action(async (name: string, options: Options) => {
      const running = await requireRunning(locateState(terminal, options.state));
      const asked = options.refresh ? running.refreshModels(name) : running.models(name);
      const found = await withProgress(terminal, `asking ${name} for its models`, asked);
      terminal.out(options.json ? `${JSON.stringify(found, null, 2)}\n` : describeModels(found));
      if (options.refresh && found.discovery?.state === 'failing') exit(1);
    });
}

export function describeModels({ models, any, discovery }: ProviderModels): string {
  const rows = models.map(({ name, id }) => (name === id ? [name] : [name, `is ${id}`]));
  const rest = any ? [['*', 'whatever is asked for']] : [];
  return formatTable([...rows, ...rest]) + (discovery === null ? '' : `${sentence(discovery)}\n`);
}

function sentence({ state, models, time, error, next }: DiscoveryStatus): string {
  const last = time === undefined ? 'no list so far' : `${models} in the list of ${moment(time)}`;
  const then = next === undefined ? 'asked again by hand only' : `asked again at ${moment(next)}`;
  if (state === 'failing') return `The upstream gives no list: ${error}. ${last}; ${then}.`;
  return `The upstream is asked for its models: ${last}; ${then}.`;
}

function moment(time: number): string {
  return new Date(time).toISOString().replace('T', ' ').slice(0, 19);
}
