// portico top: the last minute of the running gateway, live.
import { Command, Option } from 'commander';
import { requireRunning } from '../control.ts';
import { locateState } from '../locate.ts';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { type Sort, sorts } from './table.ts';
import { snapshotOf } from './view.ts';
import { watch } from './watch.ts';

interface Options {
  readonly once?: boolean;
  readonly json?: boolean;
  readonly sort: Sort;
  readonly state?: string;
}

const help = `
Shows requests, errors, latency, tokens and cost over the last minute, in all and by route, provider, account and key.
Keys: q quits, tab goes to the next table, s sorts by the next column. Without a terminal it prints everything once.

Examples:
  portico top
  portico top --once --sort errors
  portico top --json | jq .total
`;

export function topCommand(terminal: Terminal, _exit: Exit): Command {
  return new Command('top')
    .description('watch what the running gateway does')
    .option('--once', 'print everything once and end')
    .option('--json', 'print everything once as JSON')
    .addOption(new Option('--sort <column>', 'sort the tables by this').choices(sorts).default('requests'))
    .option('--state <directory>', 'state directory of the gateway (default: PORTICO_STATE or ./.portico)')
    .addHelpText('after', help)
    .action((options: Options) => top(terminal, options));
}

async function top(terminal: Terminal, { once, json, sort, state: named }: Options): Promise<void> {
  const state = locateState(terminal, named);
  const first = await (await requireRunning(state)).stats();
  if (json) return terminal.out(`${JSON.stringify(first, null, 2)}\n`);
  const screen = once ? undefined : terminal.openScreen?.();
  if (screen === undefined) return terminal.out(snapshotOf(first, sort));
  await watch({ screen, first, sort, ask: async () => (await requireRunning(state)).stats() });
}
