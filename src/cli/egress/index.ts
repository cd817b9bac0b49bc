// portico egress: the ways out.
import { Command } from 'commander';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { egressTestCommand } from './test.ts';

export function egressCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('egress')
    .description('test the outbound proxies of the configuration')
    .addCommand(egressTestCommand(terminal, exit));
}
