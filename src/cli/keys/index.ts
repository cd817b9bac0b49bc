// portico keys: client keys.
import { Command } from 'commander';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { keysNewCommand } from './new.ts';

export function keysCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('keys').description('make client keys').addCommand(keysNewCommand(terminal, exit));
}
