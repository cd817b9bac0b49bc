// portico config schema: the JSON Schema editors check a configuration with.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { packageRoot } from '../locate.ts';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';

const help = `
Examples:
  portico config schema > gateway.schema.json
  portico config schema --of provider
`;

export function configSchemaCommand(terminal: Terminal, _exit: Exit): Command {
  return new Command('schema')
    .description('print the JSON Schema of a configuration')
    .addOption(
      new Option('--of <what>', 'which file').choices(['gateway', 'provider', 'plugin', 'prices']).default('gateway'),
    )
    .addHelpText('after', help)
    .action(({ of }: { of: string }) => {
      terminal.out(readFileSync(join(packageRoot, 'schemas', `${of}.schema.json`), 'utf8'));
    });
}
