// portico config validate: `portico check` by the name others give it.
import type { Command } from 'commander';
import { checkCommand } from '../check.ts';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';

export function configValidateCommand(terminal: Terminal, exit: Exit): Command {
  return checkCommand(terminal, exit).name('validate').description('the same as portico check');
}
