// portico config show: the whole configuration, its includes merged, secrets masked.
import { Command } from 'commander';
import { stringify } from 'yaml';
import { maskAt } from '../../config/diff/mask.ts';
import { mergeDocuments } from '../../config/read/merge.ts';
import { validateGateway } from '../../config/validate/validate.ts';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { readWritten } from './documents.ts';

interface Options {
  readonly config?: string;
  readonly defaults?: boolean;
  readonly json?: boolean;
}

const help = `
References are shown as they are written, secrets as ***. With --defaults everything that is not written is shown too.

Examples:
  portico config show
  portico config show --defaults --json | jq .listeners
`;

export function configShowCommand(terminal: Terminal, _exit: Exit): Command {
  return new Command('show')
    .description('print the whole configuration, its includes merged')
    .option('-c, --config <file>', 'the configuration (default: ./gateway.yaml)')
    .option('--defaults', 'fill in what is not written')
    .option('--json', 'print it as JSON')
    .addHelpText('after', help)
    .action(async (options: Options) => {
      const { result } = await readWritten(terminal, options.config);
      const tree = mergeDocuments(result.documents);
      // Validation fills the defaults in; what it finds is what `check` is for.
      if (options.defaults) validateGateway(tree);
      const shown = maskAt(tree, []);
      terminal.out(options.json ? `${JSON.stringify(shown, null, 2)}\n` : stringify(shown, { lineWidth: 0 }));
    });
}
