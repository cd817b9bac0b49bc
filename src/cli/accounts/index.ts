// portico accounts: how the accounts of the running gateway do.
import { Command } from 'commander';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { accountsImportCommand } from './import.ts';
import { accountsListCommand } from './list.ts';
import { accountsProbeCommand } from './probe.ts';
import { accountsResetCommand } from './reset.ts';
import { accountsVaultCommand } from './vault/index.ts';

export function accountsCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('accounts')
    .description('show how accounts do, or have one asked again that was put aside')
    .addCommand(accountsListCommand(terminal, exit), { isDefault: true })
    .addCommand(accountsResetCommand(terminal, exit))
    .addCommand(accountsProbeCommand(terminal, exit))
    .addCommand(accountsImportCommand(terminal, exit))
    .addCommand(accountsVaultCommand(terminal, exit));
}
