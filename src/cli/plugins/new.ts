// portico plugins new: a directory that works as it is, to be changed into what is wanted.
import { join } from 'node:path';
import { Command } from 'commander';
import { locateWorkspace } from '../locate.ts';
import { checkDirectoryName } from '../name.ts';
import type { Exit } from '../program.ts';
import { scaffold } from '../scaffold.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  readonly config?: string;
}

const help = `
Writes plugins/<name>/ with schema.json, index.ts and README.md beside the configuration.

Example:
  portico plugins new greeting
  # then add "greeting" to the chain in gateway.yaml:
  #   plugins: [logger, auth, greeting, translator, balancer]
`;

export function pluginsNewCommand(terminal: Terminal, _exit: Exit): Command {
  return new Command('new')
    .description('start a plugin of your own')
    .argument('<name>', 'name of the directory, as the chain will call it')
    .option('-c, --config <file>', 'the configuration it belongs to (default: the current directory)')
    .addHelpText('after', help)
    .action(async (name: string, options: Options) => {
      checkDirectoryName(name);
      const target = join(locateWorkspace(terminal, options.config), 'plugins', name);
      const written = await scaffold({ template: 'plugin', target, name, without: [] });
      terminal.out(`${written.join('\n')}\n\nAdd "${name}" to \`plugins:\` of the configuration to use it.\n`);
    });
}
