// portico config: a configuration looked at and edited from the command line.
import { Command } from 'commander';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { configEnvCommand } from './env.ts';
import { configGetCommand } from './get.ts';
import { configSchemaCommand } from './schema.ts';
import { configSetCommand } from './set.ts';
import { configShowCommand } from './show.ts';
import { configUnsetCommand } from './unset.ts';
import { configValidateCommand } from './validate.ts';

export function configCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('config')
    .description('show, read and edit a configuration')
    .addCommand(configShowCommand(terminal, exit))
    .addCommand(configGetCommand(terminal, exit))
    .addCommand(configSetCommand(terminal, exit))
    .addCommand(configUnsetCommand(terminal, exit))
    .addCommand(configValidateCommand(terminal, exit))
    .addCommand(configSchemaCommand(terminal, exit))
    .addCommand(configEnvCommand(terminal, exit));
}
