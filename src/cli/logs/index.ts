// portico logs: what the running gateway has logged, wherever its outputs go, and what it logs from now on.
import { Command, InvalidArgumentError, Option } from 'commander';
import { requireRunning } from '../control.ts';
import { locateState } from '../locate.ts';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { followLogs } from './follow.ts';
import { linePrinter } from './print.ts';

interface Options {
  readonly follow?: boolean;
  readonly level: string;
  readonly kind?: string;
  readonly grep?: RegExp;
  readonly json?: boolean;
  readonly lines: number;
  readonly state?: string;
}

/** The gateway keeps no more. */
const mostLines = 1_000;

const help = `
The gateway keeps its newest ${mostLines} lines, also when its outputs go nowhere, from \`logging.level\` on. Lines about
requests are there while the plugin \`logger\` is in the chain.

Examples:
  portico logs                                   the newest 100 lines
  portico logs -f --level warn                   warnings and errors as they come
  portico logs -f --kind requests --grep ' 5\\d\\d '
  portico logs -n 1000 --json | jq 'select(.request.ms > 1000)'
`;

export function logsCommand(terminal: Terminal, _exit: Exit): Command {
  return new Command('logs')
    .description('show what the running gateway logs')
    .option('-f, --follow', 'go on with further lines, also across restarts of the gateway')
    .option('-n, --lines <number>', `how many of the newest lines, at most ${mostLines}`, parseCount, 100)
    .addOption(
      new Option('--level <level>', 'lines of this level and worse')
        .choices(['error', 'warn', 'info', 'debug'])
        .default('debug'),
    )
    .addOption(new Option('--kind <kind>', 'only lines of this kind').choices(['requests', 'operations']))
    .option('--grep <pattern>', 'only lines that match this regular expression', parsePattern)
    .option('--json', 'one JSON object a line')
    .option('--state <directory>', 'state directory of the gateway (default: PORTICO_STATE or ./.portico)')
    .addHelpText('after', help)
    .action((options: Options) => logs(terminal, options));
}

async function logs(terminal: Terminal, options: Options): Promise<void> {
  const { grep, lines, level, kind, json, follow } = options;
  const state = locateState(terminal, options.state);
  const query = new URLSearchParams({ level, format: json ? 'json' : 'text', ...(kind === undefined ? {} : { kind }) });
  // What matches is known here only: among all lines there are the newest so many that do.
  query.set('n', String(grep === undefined && !follow ? lines : mostLines));
  const print = linePrinter(terminal, json === true);
  const wanted = (text: string) => grep === undefined || grep.test(text);
  const running = await requireRunning(state);
  if (follow) return followLogs({ state, query, lines, wanted, print, running, note: terminal.error });
  const found = (await running.logs(query.toString())).filter(({ text }) => wanted(text));
  for (const { text } of found.slice(Math.max(0, found.length - lines))) print(text);
}

function parseCount(text: string): number {
  if (/^\d{1,4}$/.test(text) && Number(text) <= mostLines) return Number(text);
  throw new InvalidArgumentError(`It is a number from 0 to ${mostLines}.`);
}

function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch (thrown) {
    throw new InvalidArgumentError(thrown instanceof Error ? thrown.message : String(thrown));
  }
}
