// portico providers new: a directory that works as it is, to be changed into what is wanted.
import { join } from 'node:path';
import { Command } from 'commander';
import { locateWorkspace } from '../locate.ts';
import { checkDirectoryName } from '../name.ts';
import type { Exit } from '../program.ts';
import { scaffold } from '../scaffold.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  readonly config?: string;
  readonly code?: boolean;
}

const help = `
Writes providers/<name>/ with provider.yaml and README.md beside the configuration. Most vendors need no code; --code
adds an index.ts for what YAML cannot say.

Example:
  portico providers new acme
  portico providers test acme
`;

export function providersNewCommand(terminal: Terminal, _exit: Exit): Command {
  return new Command('new')
    .description('start a provider of your own')
    .argument('<name>', 'name of the directory, as `use:` will call it')
    .option('-c, --config <file>', 'the configuration it belongs to (default: the current directory)')
    .option('--code', 'with an index.ts')
    .addHelpText('after', help)
    .action(async (name: string, options: Options) => {
      checkDirectoryName(name);
      const target = join(locateWorkspace(terminal, options.config), 'providers', name);
      const without = options.code ? [] : ['index.ts'];
      const written = await scaffold({ template: 'provider', target, name, without });
      terminal.out(`${written.join('\n')}\n\nFill in provider.yaml, then run: portico providers test ${name}\n`);
    });
}
