// portico accounts vault: credential files under a master key.
import { Command } from 'commander';
import type { Exit } from '../../program.ts';
import type { Terminal } from '../../terminal.ts';
import { vaultChangeCommand } from './change.ts';
import { vaultKeyCommand } from './key.ts';
import { vaultStatusCommand } from './status.ts';

export function accountsVaultCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('vault')
    .description('keep credential files sealed with a master key')
    .addCommand(vaultKeyCommand(terminal))
    .addCommand(vaultStatusCommand(terminal, exit))
    .addCommand(vaultChangeCommand(terminal, exit, 'seal'))
    .addCommand(vaultChangeCommand(terminal, exit, 'rotate'))
    .addCommand(vaultChangeCommand(terminal, exit, 'open'));
}
