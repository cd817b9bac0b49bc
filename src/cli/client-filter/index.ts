// portico client-filter: what the plugin of that name makes of a request.
import { Command } from 'commander';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { clientFilterTestCommand } from './try.ts';

export function clientFilterCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('client-filter')
    .description('try which client a request is taken for')
    .addCommand(clientFilterTestCommand(terminal, exit));
}
