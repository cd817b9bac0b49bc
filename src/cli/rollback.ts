// portico rollback: writes an earlier revision back to its files. A running gateway does it itself, so that it is
// served before this command returns; otherwise the files are written here and used at the next start.
import { join } from 'node:path';
import { Command } from 'commander';
import { History } from '../config/history/history.ts';
import { restore } from '../config/history/restore.ts';
import { findRunning } from './control.ts';
import { CommandFailure } from './failure.ts';
import { locateState } from './locate.ts';
import type { Exit } from './program.ts';
import { readConfiguration } from './read.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly state?: string;
}

const help = `
The files are replaced whole. What they held before stays in history, or, where it was never served, in the state
directory under rejected/.

Examples:
  portico history
  portico rollback 3f9a
`;

export function rollbackCommand(terminal: Terminal, _exit: Exit): Command {
  return new Command('rollback')
    .description('serve an earlier revision again')
    .argument('<revision>', 'a revision of `portico history`; its first characters are enough')
    .option('--state <directory>', 'state directory of the gateway (default: PORTICO_STATE or ./.portico)')
    .addHelpText('after', help)
    .action(async (revision: string, options: Options) => {
      await rollback(terminal, revision, locateState(terminal, options.state));
    });
}

async function rollback(terminal: Terminal, revision: string, state: string): Promise<void> {
  const documents = await new History(state, Number.POSITIVE_INFINITY).read(revision);
  const main = documents?.[0];
  if (documents === undefined || main === undefined) {
    throw new CommandFailure(`There is no revision ${revision} in ${state}.`, '`portico history` lists them.');
  }
  const running = await findRunning(state);
  if (running !== undefined) {
    const result = await running.rollback(revision);
    terminal.out(`serving ${result.revision} again\n`);
    return;
  }
  await refuseWhereReadOnly(terminal, main.path);
  const { written, kept, moved } = await restore(documents, main.path, join(state, 'rejected'));
  const lines = [
    written.length === 0 ? 'nothing to restore: the files are as they were' : `restored ${written.join(', ')}`,
    ...kept.map((path) => `what was there is kept in ${path}`),
    ...moved.map((path) => `moved out of the way: ${path}`),
    'no gateway runs: the next start uses it',
  ];
  terminal.out(`${lines.join('\n')}\n`);
}

/** A file that cannot be read as a configuration says nothing, and may be the reason for the rollback. */
async function refuseWhereReadOnly(terminal: Terminal, file: string): Promise<void> {
  const { config } = await readConfiguration(terminal, file);
  if (config?.control.config !== 'read-only') return;
  throw new CommandFailure(
    `${file} says control.config: read-only.`,
    'Change it where it is kept, for example in git.',
  );
}
