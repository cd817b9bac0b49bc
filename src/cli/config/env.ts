// portico config env: the environment variables that mean something, and whether they are set. Values are never shown.
import { Command } from 'commander';
import { listenVariable, portVariable } from '../../config/credentials/logins.ts';
import type { LoadedLogin } from '../../config/loaded.ts';
import { addressVariables } from '../../config/read/overrides.ts';
import type { Exit } from '../program.ts';
import { formatTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { readWritten } from './documents.ts';

interface Options {
  readonly config?: string;
  readonly json?: boolean;
}

interface Variable {
  readonly name: string;
  readonly state: 'set' | 'empty' | 'not set';
  readonly use: string;
}

/** Read by the program itself, whatever the file says. */
const own: readonly (readonly [string, string])[] = [
  ['PORTICO_STATE', 'the state directory (default: ./.portico)'],
  ['PORTICO_CONFIG', 'the configuration (default: ./gateway.yaml)'],
  ...addressVariables,
  [listenVariable, 'where callbacks of logins are listened for, in a container (default: loopback)'],
  ['NO_COLOR', 'any value: no colours'],
];

const help = `
Lists what Portico reads by itself and what the configuration refers to. Values are not shown.

Exit code: 0 when nothing that is needed is missing, 1 otherwise.
`;

export function configEnvCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('env')
    .description('list the environment variables that mean something here')
    .option('-c, --config <file>', 'the configuration (default: ./gateway.yaml)')
    .option('--json', 'print the list as JSON')
    .addHelpText('after', help)
    .action(async (options: Options) => {
      const { result } = await readWritten(terminal, options.config);
      const read = [...own, ...portsOf(result.logins ?? [])];
      const known = new Set(read.map(([name]) => name));
      const referred = result.documents
        .flatMap(({ text }) => referencesIn(text))
        .filter(({ name, fallback }) => !fallback || !known.has(name));
      const variables = [
        ...read.map(([name, use]) => ({ name, state: stateOf(terminal, name), use })),
        ...[...new Map(referred.map((one) => [one.name, one])).values()].map(({ name, fallback }) => ({
          name,
          state: stateOf(terminal, name),
          use: fallback ? 'the configuration, with a default' : 'the configuration',
        })),
      ];
      terminal.out(options.json ? `${JSON.stringify(variables, null, 2)}\n` : tableOf(terminal, variables));
      exit(variables.some(({ state, use }) => state !== 'set' && use === 'the configuration') ? 1 : 0);
    });
}

/** Of the providers that are signed in to with a browser; a directory's own name counts for all its instances. */
function portsOf(logins: readonly LoadedLogin[]): [string, string][] {
  const browsed = logins.filter(({ flows }) => flows.includes('code'));
  const names = new Map(
    browsed.flatMap(({ provider, use }) => [
      [portVariable(use), use],
      [portVariable(provider), provider],
    ]),
  );
  return [...names].map(([variable, name]) => [variable, `the port that callbacks of logins to ${name} come to`]);
}

/** In file order; a name that is referred to with and without a default needs a value. */
function referencesIn(text: string): { name: string; fallback: boolean }[] {
  const found = new Map<string, boolean>();
  const bare = text.replace(/^\s*#.*$/gm, '');
  for (const [, name = '', fallback] of bare.matchAll(/(?<!\$)\$\{env:([A-Za-z_]\w*)(:-)?/g)) {
    found.set(name, (found.get(name) ?? true) && fallback !== undefined);
  }
  return [...found].map(([name, fallback]) => ({ name, fallback }));
}

function stateOf({ env }: Terminal, name: string): Variable['state'] {
  if (env[name] === undefined) return 'not set';
  return env[name] === '' ? 'empty' : 'set';
}

function tableOf(terminal: Terminal, variables: readonly Variable[]): string {
  const tones = { set: 'good', empty: 'bad', 'not set': 'quiet' } as const;
  const rows = variables.map(({ name, state, use }) => [name, { text: state, tone: tones[state] }, use]);
  return formatTable(rows, { color: terminal.color });
}
