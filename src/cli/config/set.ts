// portico config set: one value, written into the file it stands in. Comments, order and everything else stay as they are.
import { Command } from 'commander';
import { parse } from 'yaml';
import { withValue } from '../../config/edit/edit.ts';
import { EditError } from '../../config/edit/edit-text.ts';
import { CommandFailure, messageOf } from '../failure.ts';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { documentOf, readWritten, stepsOf } from './documents.ts';
import { type WriteOptions, writeEdited } from './write.ts';

const help = `
The value is YAML: 60s, true, [a, b], { requests: 60/m }. A change that would make the configuration invalid is not written. A
running gateway takes it within a second. Give secrets as references: on a command line others can read them.

Examples:
  portico config set threads 2
  portico config set 'providers[main].timeouts.firstByte' 60s
  portico config set 'keys[ci].limits' '{ requests: 60/m, cost: 5 USD/day }'
  portico config set 'models[+]' '{ name: fast, targets: [main/small] }' --dry-run
`;

export function configSetCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('set')
    .description('set one value; comments and order are kept')
    .argument('<place>', 'the setting, like providers[main].timeouts.firstByte; [+] adds to a list')
    .argument('<value>', 'the value, as YAML')
    .option('-c, --config <file>', 'the configuration (default: ./gateway.yaml)')
    .option('-n, --dry-run', 'show the change only')
    .addHelpText('after', help)
    .action(async (place: string, value: string, options: WriteOptions) => {
      const written = await readWritten(terminal, options.config);
      const steps = stepsOf(place);
      const document = documentOf(written.result.documents, steps);
      const text = edited(() => withValue(document.text, steps, readValue(value)));
      exit(await writeEdited(terminal, written, document, text, options));
    });
}

function readValue(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new CommandFailure(
      `The value is not YAML: ${messageOf(error).split('\n')[0]}`,
      "Put it in quotes: '{ a: 1 }'.",
    );
  }
}

export function edited<T>(edit: () => T): T {
  try {
    return edit();
  } catch (error) {
    if (error instanceof EditError) throw new CommandFailure(`It cannot be set: ${error.message}.`, 'Check the place.');
    throw error;
  }
}
