// portico import: another gateway's configuration taken over, with a report of what has no counterpart. What is written is checked
// as a configuration first; secrets go into files of their own, never into the output.
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { Argument, Command } from 'commander';
import picocolors from 'picocolors';
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml, stringify } from 'yaml';
import type { Importer } from '../../importers/importer.ts';
import { importers } from '../../importers/index.ts';
import { Secrets } from '../../importers/secrets.ts';
import { isTree, type Note, Source } from '../../importers/source.ts';
import { formatIssues } from '../config/format.ts';
import { writeFileWhole } from '../config/history/write-file.ts';
import { load } from '../config/load.ts';
import type { Issue } from '../config/loaded.ts';
import { CommandFailure, messageOf } from './failure.ts';
import { packageRoot } from './locate.ts';
import type { Exit } from './program.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly out?: string;
  readonly json?: boolean;
  readonly force?: boolean;
}

const help = `
Without --out the configuration is printed and nothing is written. With it, secrets that stood in the other file are written into
secrets/ beside it (mode 0600), and the configuration refers to them.

Exit code: 0 taken over, 1 the file cannot be read or the result is not valid.

Examples:
  portico import ${importers[0]?.name} config.yaml
  portico import ${importers[1]?.name} config.yaml --out gateway.yaml
  portico import ${importers[0]?.name} config.yaml --json | jq '.notes[]'
`;

export function importCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('import')
    .description("turn another gateway's configuration into gateway.yaml")
    .addArgument(new Argument('<gateway>', 'whose configuration it is').choices(importers.map(({ name }) => name)))
    .argument('<file>', 'the configuration')
    .option('-o, --out <file>', 'write it here, secrets beside it')
    .option('--force', 'write over a file that exists')
    .option('--json', 'print configuration and notes as JSON')
    .addHelpText('after', help)
    .action(async (gateway: string, file: string, options: Options) => {
      const importer = importers.find(({ name }) => name === gateway);
      if (importer !== undefined) exit(await takeOver(terminal, importer, file, options));
    });
}

async function takeOver(terminal: Terminal, importer: Importer, file: string, options: Options): Promise<number> {
  const source = new Source(await readTree(resolve(terminal.cwd, file), importer));
  const secrets = new Secrets('./secrets');
  const tree = importer.read(source, secrets);
  const notes = source.notes();
  const text = `# Taken over from ${importer.title}. \`portico check\` finds what is missing.\n${stringify(tree, { lineWidth: 0, aliasDuplicateObjects: false })}`;
  const target = resolve(terminal.cwd, options.out ?? 'gateway.yaml');
  const issues = await issuesOf(terminal, target, text, secrets);
  const valid = issues.every(({ severity }) => severity === 'warning');
  if (options.json) terminal.out(`${JSON.stringify({ valid, config: tree, notes, issues }, null, 2)}\n`);
  else if (options.out === undefined) terminal.out(text);
  if (options.out !== undefined) await write(terminal, target, text, secrets, options.force === true);
  if (!options.json) terminal.error(report(terminal, notes, issues, secrets, options));
  return valid ? 0 : 1;
}

async function readTree(file: string, { format, title }: Importer): Promise<unknown> {
  try {
    const text = await readFile(file, 'utf8');
    const tree = format === 'toml' ? parseToml(text) : parseYaml(text, { logLevel: 'error' });
    if (isTree(tree)) return tree;
  } catch (error) {
    throw new CommandFailure(`${file} cannot be read: ${messageOf(error).split('\n')[0]}`, `It must be ${title}.`);
  }
  throw new CommandFailure(`${file} holds no settings.`, `It must be ${title}.`);
}

/** What `check` would say. Secrets that are not written yet, and variables that are not set, are no faults of the file. */
async function issuesOf(terminal: Terminal, file: string, text: string, secrets: Secrets): Promise<readonly Issue[]> {
  const unset = variablesIn(text).map((name) => [name, 'a-value-that-is-not-known-yet']);
  const held = [...secrets.files.values()].map((secret, index) => [`PORTICO_IMPORTED_${index}`, secret]);
  const known = [...secrets.files.keys()].reduce(
    (shown, name, index) => shown.replaceAll(`\${file:./secrets/${name}}`, `\${env:PORTICO_IMPORTED_${index}}`),
    text,
  );
  const env = { ...Object.fromEntries(unset), ...terminal.env, ...Object.fromEntries(held) };
  const { issues } = await load({ file, env, builtin: packageRoot, documents: [{ path: file, text: known }] });
  return issues;
}

function variablesIn(text: string): string[] {
  return [...text.matchAll(/\$\{env:([A-Za-z_]\w*)\}/g)].map(([, name = '']) => name);
}

async function write(
  terminal: Terminal,
  target: string,
  text: string,
  secrets: Secrets,
  force: boolean,
): Promise<void> {
  if (existsSync(target) && !force) {
    throw new CommandFailure(`${relative(terminal.cwd, target)} exists.`, 'Name another file, or add --force.');
  }
  const directory = join(dirname(target), 'secrets');
  if (secrets.files.size > 0) await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const [name, secret] of secrets.files) {
    const file = join(directory, name);
    if (existsSync(file) && !force && (await readFile(file, 'utf8')).trimEnd() !== secret) {
      throw new CommandFailure(
        `${relative(terminal.cwd, file)} exists and holds another secret.`,
        'Move it, or add --force.',
      );
    }
    await writeFileWhole(file, `${secret}\n`, 0o600);
  }
  await writeFileWhole(target, text, 0o600);
}

const words = { dropped: 'left out', changed: 'changed', todo: 'to do' } as const;

function report(
  terminal: Terminal,
  notes: readonly Note[],
  issues: readonly Issue[],
  secrets: Secrets,
  options: Options,
): string {
  const { red, yellow, dim, bold } = picocolors.createColors(terminal.color);
  const shade = { dropped: dim, changed: yellow, todo: red };
  const lines = notes.map(
    ({ place, what, message }) => `  ${shade[what](words[what].padEnd(8))}  ${place}: ${message}`,
  );
  const written = options.out === undefined ? '' : `written to ${options.out}`;
  const hidden = secrets.files.size;
  const kept = options.out === undefined ? 'kept out of it (--out writes them into secrets/)' : 'written into secrets/';
  const told = hidden === 0 ? '' : `${hidden} ${hidden === 1 ? 'secret' : 'secrets'} ${kept}`;
  const summary = [written, told].filter((part) => part !== '').join('; ');
  const faults = issues.length === 0 ? '' : formatIssues(issues, { color: terminal.color, base: terminal.cwd });
  return [
    notes.length === 0 ? 'everything has a counterpart' : bold('What is not as it was:'),
    ...lines,
    ...(summary === '' ? [] : [summary]),
    ...(faults === '' ? [] : [faults.trimEnd()]),
    '',
  ].join('\n');
}
