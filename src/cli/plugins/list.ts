// portico plugins list: what a chain can name, and what the configuration's chain does with it.
import { Command } from 'commander';
import type { Definition } from '../../config/directories/inspect.ts';
import type { LoadedPlugin } from '../../config/loaded.ts';
import { faultOf, findDirectories, placeOf } from '../directories.ts';
import { locateConfiguration } from '../locate.ts';
import type { Exit } from '../program.ts';
import { readConfiguration } from '../read.ts';
import { type Cell, formatTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  readonly config?: string;
  readonly json?: boolean;
}

const help = `
The first column is the place in the chain of the configuration, "off" for one that is only switched on elsewhere, or
empty.

Example:
  portico plugins list
`;

export function pluginsListCommand(terminal: Terminal, _exit: Exit): Command {
  return new Command('list')
    .description('list the plugins a chain can name')
    .option('-c, --config <file>', 'the configuration (default: ./gateway.yaml, else the shipped one)')
    .option('--json', 'print the list as JSON')
    .addHelpText('after', help)
    .action(async (options: Options) => {
      const { config } = await readConfiguration(terminal, locateConfiguration(terminal, options.config, true));
      const definitions = await findDirectories(terminal, 'plugins', options.config);
      const entries = definitions.map((definition) => entryOf(definition, config?.plugins ?? []));
      const { color } = terminal;
      terminal.out(options.json ? `${JSON.stringify(entries, null, 2)}\n` : formatTable(entries.map(rowOf), { color }));
    });
}

interface Entry {
  readonly name: string;
  readonly from: string;
  readonly description: string;
  /** Place in the chain, from 1; null for one that the chain does not name. */
  readonly place: number | null;
  readonly on: boolean;
  readonly fault: string | undefined;
}

function entryOf(definition: Definition, chain: readonly LoadedPlugin[]): Entry {
  const name = definition.directory.name;
  const index = chain.findIndex((plugin) => plugin.directory.name === name);
  return {
    name,
    from: placeOf(definition),
    description: String(definition.schema?.description ?? ''),
    place: index === -1 ? null : index + 1,
    on: chain[index]?.on ?? false,
    fault: faultOf(definition),
  };
}

function rowOf({ name, from, description, place, on, fault }: Entry): Cell[] {
  const use = place === null ? '' : on ? String(place) : 'off';
  const tone = on ? 'good' : 'quiet';
  return [
    { text: use.padStart(3), tone },
    name,
    from,
    fault === undefined ? description : { text: fault, tone: 'bad' },
  ];
}
