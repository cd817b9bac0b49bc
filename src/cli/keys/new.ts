// portico keys new: a fresh client key. The secret is shown this once; the file gets its hash.
import { createHash, randomBytes } from 'node:crypto';
import { Command } from 'commander';
import picocolors from 'picocolors';
import { checkName } from '../name.ts';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';

const help = `
Nothing is written. Put the printed entry under \`keys:\` of gateway.yaml; save the secret where the client finds it.

Examples:
  portico keys new ci
  portico keys new "laptop-of-ann"
`;

export function keysNewCommand(terminal: Terminal, _exit: Exit): Command {
  return new Command('new')
    .description('make a client key')
    .argument('[name]', 'name of the key in logs and records', 'client')
    .addHelpText('after', help)
    .action((name: string) => {
      checkName(name);
      const secret = `sk-portico-${randomBytes(32).toString('base64url')}`;
      const hash = createHash('sha256').update(secret).digest('hex');
      const { bold, dim } = picocolors.createColors(terminal.color);
      terminal.out(`${dim('# The secret, shown this once:')}\n${bold(secret)}\n\n`);
      terminal.out(`${dim('# The entry for gateway.yaml:')}\nkeys:\n  - name: ${name}\n    hash: sha256:${hash}\n`);
    });
}
