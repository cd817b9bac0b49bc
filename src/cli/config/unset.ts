// portico config unset: one setting taken out of the file it stands in.
import { Command } from 'commander';
import { withoutValue } from '../../config/edit/edit.ts';
import { CommandFailure } from '../failure.ts';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { documentOf, readWritten, stepsOf } from './documents.ts';
import { edited } from './set.ts';
import { type WriteOptions, writeEdited } from './write.ts';

const help = `
Examples:
  portico config unset 'providers[main].timeouts'
  portico config unset 'keys[old-client]'
`;

export function configUnsetCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('unset')
    .description('take one setting, or one entry of a list, out')
    .argument('<place>', 'the setting, like providers[main].timeouts')
    .option('-c, --config <file>', 'the configuration (default: ./gateway.yaml)')
    .option('-n, --dry-run', 'show the change only')
    .addHelpText('after', help)
    .action(async (place: string, options: WriteOptions) => {
      const written = await readWritten(terminal, options.config);
      const steps = stepsOf(place);
      const document = documentOf(written.result.documents, steps);
      const text = edited(() => withoutValue(document.text, steps));
      if (text === undefined) throw new CommandFailure(`${place} is not set.`, 'portico config show prints what is.');
      exit(await writeEdited(terminal, written, document, text, options));
    });
}
