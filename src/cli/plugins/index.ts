// portico plugins: the policies a chain can use.
import { Command } from 'commander';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { pluginsListCommand } from './list.ts';
import { pluginsNewCommand } from './new.ts';

export function pluginsCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('plugins')
    .description('list plugins, or start one of your own')
    .addCommand(pluginsListCommand(terminal, exit))
    .addCommand(pluginsNewCommand(terminal, exit));
}
