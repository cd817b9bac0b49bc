// portico check: every mistake in a configuration at once, without serving it.
import { Command } from 'commander';
import { formatIssues } from '../config/format.ts';
import type { LoadedConfig } from '../config/loaded.ts';
import { locateConfiguration } from './locate.ts';
import type { Exit } from './program.ts';
import { countIssues, readConfiguration } from './read.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly json?: boolean;
}

const help = `
Exit code: 0 when the file can be served (warnings allowed), 1 when it cannot.

Examples:
  portico check                     ./gateway.yaml
  portico check deploy/prod.yaml
  portico check --json | jq '.issues[].message'
`;

export function checkCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('check')
    .description('find every mistake in a configuration, with line and column')
    .argument('[file]', 'the configuration (default: ./gateway.yaml)')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', help)
    .action(async (named: string | undefined, options: Options) => {
      exit(await check(terminal, named, options));
    });
}

async function check(terminal: Terminal, named: string | undefined, options: Options): Promise<number> {
  const file = locateConfiguration(terminal, named);
  const { config, issues } = await readConfiguration(terminal, file);
  const code = config === undefined ? 1 : 0;
  if (options.json) {
    const result = { file, valid: config !== undefined, revision: config?.revision ?? null, issues };
    terminal.out(`${JSON.stringify(result, null, 2)}\n`);
    return code;
  }
  if (issues.length > 0) terminal.out(ended(formatIssues(issues, { color: terminal.color, base: terminal.cwd })));
  const counted = countIssues(issues);
  if (config !== undefined) terminal.out(`${summary(config)}${counted === undefined ? '' : `, ${counted}`}\n`);
  else terminal.out(`not valid: ${counted ?? 'it could not be read'}\n`);
  return code;
}

function ended(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

function summary(config: LoadedConfig): string {
  const { listeners, routes, providers, models, keys } = config;
  const sizes = { listeners, routes, providers, models, keys };
  const counts = Object.entries(sizes).map(([noun, list]) => `${noun} ${list.length}`);
  return `valid: revision ${config.revision}, ${counts.join(', ')}`;
}
