// portico history: the revisions that were served, newest first.
import { Command } from 'commander';
import { History, type HistoryEntry } from '../config/history/history.ts';
import { locateState } from './locate.ts';
import type { Exit } from './program.ts';
import { type Cell, formatTable } from './table.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly json?: boolean;
  readonly state?: string;
}

const help = `
Example:
  portico history
  portico rollback 3f9a         the first characters of a revision are enough
`;

export function historyCommand(terminal: Terminal, _exit: Exit): Command {
  return new Command('history')
    .description('list the revisions that were served, newest first')
    .option('--state <directory>', 'state directory of the gateway (default: PORTICO_STATE or ./.portico)')
    .option('--json', 'print the list as JSON')
    .addHelpText('after', help)
    .action(async (options: Options) => {
      const entries = await new History(locateState(terminal, options.state), Number.POSITIVE_INFINITY).list();
      if (options.json) terminal.out(`${JSON.stringify(entries, null, 2)}\n`);
      else terminal.out(describe(entries, terminal.color));
    });
}

function describe(entries: readonly HistoryEntry[], color: boolean): string {
  if (entries.length === 0) return 'no revision has been served from this state directory yet\n';
  const rows = entries.map((entry): Cell[] => [
    entry.current ? '*' : ' ',
    { text: entry.revision, tone: entry.current ? 'good' : undefined },
    new Date(entry.time).toISOString(),
    entry.files.join(', '),
  ]);
  return formatTable(rows, { color });
}
