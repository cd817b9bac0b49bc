// portico config get: one value, as it is written or as it is where nobody wrote it.
import { Command } from 'commander';
import { type Node, parseDocument, stringify } from 'yaml';
import { maskAt } from '../../config/diff/mask.ts';
import { findPlace } from '../../config/edit/find-place.ts';
import type { Step } from '../../config/edit/parse-place.ts';
import { schemaAt } from '../../config/validate/schema-path.ts';
import { gatewaySchema } from '../../config/validate/validate.ts';
import { CommandFailure } from '../failure.ts';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { documentOf, readWritten, stepsOf } from './documents.ts';

interface Options {
  readonly config?: string;
  readonly json?: boolean;
}

const help = `
References are shown as they are written, secrets as ***. What is not written is shown with its default.

Exit code: 0 when there is a value, 1 when there is none.

Examples:
  portico config get listeners[0].port
  portico config get providers[main].timeouts --json
`;

export function configGetCommand(terminal: Terminal, _exit: Exit): Command {
  return new Command('get')
    .description('print one value')
    .argument('<place>', 'the setting, like providers[main].timeouts.firstByte')
    .option('-c, --config <file>', 'the configuration (default: ./gateway.yaml)')
    .option('--json', 'print the value as JSON')
    .addHelpText('after', help)
    .action(async (place: string, options: Options) => {
      const { result } = await readWritten(terminal, options.config);
      const steps = stepsOf(place);
      const { text } = documentOf(result.documents, steps);
      const value = valueIn(text, steps);
      terminal.out(options.json ? `${JSON.stringify(value, null, 2)}\n` : stringify(value, { lineWidth: 0 }));
    });
}

function valueIn(text: string, steps: readonly Step[]): unknown {
  const document = parseDocument(text);
  const { node, path, rest } = findPlace(document, steps);
  if (rest.length === 0) return maskAt((node as Node | null)?.toJS(document) ?? null, path);
  const schema = schemaAt(gatewaySchema, [
    ...path,
    ...rest.map(({ word }) => (/^\d+$/.test(word) ? Number(word) : word)),
  ]);
  if (schema !== undefined && 'default' in schema) return schema.default;
  const whole = steps.map(({ word }) => word).join('.');
  throw new CommandFailure(
    `${whole} is not set.`,
    schema === undefined
      ? 'There is no such setting: portico config schema lists them all.'
      : 'It has no default; portico config set gives it a value.',
  );
}
