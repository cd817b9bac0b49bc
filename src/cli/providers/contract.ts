// portico providers test: puts a provider directory through the contract check, against an upstream made for it.
import { Command, InvalidArgumentError } from 'commander';
import picocolors from 'picocolors';
import { type CheckResult, checkProvider } from '../../gateway/contract/check-provider.ts';
import { findDirectories } from '../directories.ts';
import { CommandFailure } from '../failure.ts';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  readonly config?: string;
  readonly json?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
}

const help = `
Tries what the directory declares in a gateway of its own, against an upstream made for the test: paths, credentials,
bodies, streams, errors. Nothing leaves the machine and no account is needed.

Exit code: 0 when every check passes, 1 when one does not.

Examples:
  portico providers test acme
  portico providers test mock --settings '{"latency": 5}'
`;

export function providersTestCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('test')
    .description('check that a provider directory keeps what it declares')
    .argument('<name>', 'name of the directory')
    .option('-c, --config <file>', 'the configuration it stands beside (default: ./gateway.yaml, else the shipped one)')
    .option('--settings <json>', 'settings of the instance', parseSettings)
    .option('--json', 'print the results as JSON')
    .addHelpText('after', help)
    .action(async (name: string, options: Options) => {
      exit(await test(terminal, name, options));
    });
}

async function test(terminal: Terminal, name: string, options: Options): Promise<number> {
  const definitions = await findDirectories(terminal, 'providers', options.config);
  const found = definitions.find(({ directory }) => directory.name === name);
  if (found === undefined) {
    throw new CommandFailure(`There is no provider "${name}".`, '`portico providers list` shows those there are.');
  }
  const results = await checkProvider(found.directory.path, {
    ...(options.settings === undefined ? {} : { settings: options.settings }),
    onResult: (result) => {
      if (!options.json) terminal.out(describe(result, terminal.color));
    },
  });
  const failed = results.filter((result) => !result.ok).length;
  if (options.json) terminal.out(`${JSON.stringify(results, null, 2)}\n`);
  else
    terminal.out(failed === 0 ? `all ${results.length} checks pass\n` : `${failed} of ${results.length} checks fail\n`);
  return failed === 0 ? 0 : 1;
}

function describe({ name, ok, detail }: CheckResult, color: boolean): string {
  const { green, red } = picocolors.createColors(color);
  const mark = ok ? green('pass') : red('FAIL');
  return `${mark}  ${name}${detail === '' ? '' : `: ${detail}`}\n`;
}

function parseSettings(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch (thrown) {
    throw new InvalidArgumentError(thrown instanceof Error ? thrown.message : 'It is not JSON.');
  }
  throw new InvalidArgumentError('Settings are a JSON object.');
}
