// portico plan: what saving a configuration would change in the one that is served, secrets masked.
import { Command } from 'commander';
import { type Change, diff, formatChanges } from '../config/diff/diff.ts';
import { formatIssues } from '../config/format.ts';
import { History } from '../config/history/history.ts';
import type { Document } from '../config/loaded.ts';
import { findRunning } from './control.ts';
import { locateConfiguration, locateState } from './locate.ts';
import type { Exit } from './program.ts';
import { countIssues, readConfiguration } from './read.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly json?: boolean;
  readonly state?: string;
}

interface Base {
  readonly revision: string;
  readonly documents: readonly Document[];
  readonly running: boolean;
}

const help = `
Compares with what the running gateway serves, or with the last revision that was served.

Each change says what it takes:
  live     new requests use it at once
  drain    new requests use it at once, old connections or threads finish first
  rebind   a port is opened or closed
  restart  it waits for the next start

Exit code: 0 no change, 2 changes, 1 the file is not valid.

Examples:
  portico plan
  portico plan candidate.yaml --json
`;

export function planCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('plan')
    .description('show what a configuration would change, and what each change takes')
    .argument('[file]', 'the configuration (default: ./gateway.yaml)')
    .option('--state <directory>', 'state directory of the gateway (default: PORTICO_STATE or ./.portico)')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', help)
    .action(async (named: string | undefined, options: Options) => {
      exit(await plan(terminal, named, options));
    });
}

async function plan(terminal: Terminal, named: string | undefined, options: Options): Promise<number> {
  const file = locateConfiguration(terminal, named);
  const { config, issues, documents } = await readConfiguration(terminal, file);
  const base = await findBase(locateState(terminal, options.state));
  const changes = config === undefined ? [] : diff(base?.documents, documents);
  const code = config === undefined ? 1 : changes.length > 0 ? 2 : 0;
  if (options.json) {
    const result = { base: base?.revision ?? null, revision: config?.revision ?? null, changes, issues };
    terminal.out(`${JSON.stringify(result, null, 2)}\n`);
    return code;
  }
  if (issues.length > 0)
    terminal.error(`${formatIssues(issues, { color: terminal.color, base: terminal.cwd }).trimEnd()}\n`);
  if (config === undefined) {
    terminal.error(`not valid: ${countIssues(issues) ?? 'it could not be read'}\n`);
    return code;
  }
  terminal.out(describe(base, config.revision, changes, terminal.color));
  return code;
}

async function findBase(state: string): Promise<Base | undefined> {
  const history = new History(state, Number.POSITIVE_INFINITY);
  const running = await findRunning(state);
  if (running !== undefined) {
    const { revision } = await running.status();
    const documents = await history.read(revision);
    if (documents !== undefined) return { revision, documents, running: true };
  }
  const current = await history.current();
  return current === undefined ? undefined : { ...current, running: false };
}

function describe(base: Base | undefined, revision: string, changes: readonly Change[], color: boolean): string {
  const before = base === undefined ? 'nothing served yet' : `${base.revision}${base.running ? ' (running)' : ''}`;
  if (changes.length === 0) return `no changes: ${before}\n`;
  const noun = changes.length === 1 ? 'change' : 'changes';
  return `${before} -> ${revision}: ${changes.length} ${noun}\n${formatChanges(changes, { color }).trimEnd()}\n`;
}
