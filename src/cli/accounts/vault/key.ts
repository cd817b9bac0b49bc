// portico accounts vault key: a fresh master key. On standard output there is the key alone, to be piped where it is kept.
import { Command } from 'commander';
import { newKey, readKey } from '../../../config/credentials/vault/key.ts';
import type { Terminal } from '../../terminal.ts';

interface Options {
  readonly json?: boolean;
}

const help = `
Nothing is written. Whoever has the key can open the credential files, and without it nobody can: keep it where the gateway
finds it and backups of the accounts directory do not.

Examples:
  (umask 077; portico accounts vault key > /etc/portico/vault.key)
  portico config set accounts.vault.key '\${file:/etc/portico/vault.key}'
`;

const advice = `Set accounts.vault.key to it by reference, \${env:PORTICO_VAULT_KEY} or \${file:path}; then \`portico accounts vault seal\`.\n`;

export function vaultKeyCommand(terminal: Terminal): Command {
  return new Command('key')
    .description('print a new master key')
    .option('--json', 'print the key and its id as JSON')
    .addHelpText('after', help)
    .action(({ json }: Options) => {
      const key = newKey();
      const read = readKey(key);
      const kid = typeof read === 'string' ? undefined : read.id;
      terminal.out(json ? `${JSON.stringify({ key, kid }, null, 2)}\n` : `${key}\n`);
      if (!json) terminal.error(`This is the key ${kid}. ${advice}`);
    });
}
