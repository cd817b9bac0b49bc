// portico providers: whom requests can be sent to.
import { Command } from 'commander';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { providersTestCommand } from './contract.ts';
import { providersListCommand } from './list.ts';
import { providersModelsCommand } from './models.ts';
import { providersNewCommand } from './new.ts';

export function providersCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('providers')
    .description('list providers and their models, start one of your own, or test one')
    .addCommand(providersListCommand(terminal, exit))
    .addCommand(providersModelsCommand(terminal, exit))
    .addCommand(providersNewCommand(terminal, exit))
    .addCommand(providersTestCommand(terminal, exit));
}
