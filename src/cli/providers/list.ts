// portico providers list: the directories `use:` can name, and the instances the configuration makes of them.
import { Command } from 'commander';
import type { Definition } from '../../config/directories/inspect.ts';
import type { LoadedProvider } from '../../config/loaded.ts';
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
Example:
  portico providers list
`;

export function providersListCommand(terminal: Terminal, _exit: Exit): Command {
  return new Command('list')
    .description('list the providers `use:` can name, and their instances')
    .option('-c, --config <file>', 'the configuration (default: ./gateway.yaml, else the shipped one)')
    .option('--json', 'print the list as JSON')
    .addHelpText('after', help)
    .action(async (options: Options) => {
      const { config } = await readConfiguration(terminal, locateConfiguration(terminal, options.config, true));
      const definitions = await findDirectories(terminal, 'providers', options.config);
      const entries = definitions.map((definition) => entryOf(definition, config?.providers ?? []));
      const { color } = terminal;
      const text = options.json
        ? `${JSON.stringify(entries, null, 2)}\n`
        : formatTable(entries.map(rowOf), { color, head: 'column' });
      terminal.out(text);
    });
}

interface Entry {
  readonly name: string;
  readonly from: string;
  readonly title: string;
  readonly dialects: readonly string[];
  readonly instances: readonly string[];
  readonly fault: string | undefined;
}

function entryOf(definition: Definition, providers: readonly LoadedProvider[]): Entry {
  const { directory, manifest } = definition;
  return {
    name: directory.name,
    from: placeOf(definition),
    title: manifest?.title ?? '',
    dialects: Object.keys(manifest?.dialects ?? {}),
    instances: providers.filter((provider) => provider.directory.path === directory.path).map(({ name }) => name),
    fault: faultOf(definition),
  };
}

function rowOf({ name, from, title, dialects, instances, fault }: Entry): Cell[] {
  const use = instances.length === 0 ? '' : `used by ${instances.join(', ')}`;
  return [
    name,
    from,
    fault === undefined ? title : { text: fault, tone: 'bad' },
    dialects.join(' '),
    { text: use, tone: 'good' },
  ];
}
