// portico status: what the running gateway serves, and what is wrong with it.
import { Command } from 'commander';
import { requireRunning, type Status } from './control.ts';
import { locateState } from './locate.ts';
import type { Exit } from './program.ts';
import { formatTable } from './table.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly json?: boolean;
  readonly state?: string;
}

const help = `
Examples:
  portico status
  portico status --json | jq .revision
`;

export function statusCommand(terminal: Terminal, _exit: Exit): Command {
  return new Command('status')
    .description('show what the running gateway serves')
    .option('--state <directory>', 'state directory of the gateway (default: PORTICO_STATE or ./.portico)')
    .option('--json', 'print everything as JSON')
    .addHelpText('after', help)
    .action(async (options: Options) => {
      const running = await requireRunning(locateState(terminal, options.state));
      const status = await running.status();
      terminal.out(options.json ? `${JSON.stringify(status, null, 2)}\n` : formatTable(flatten(status)));
    });
}

/** One row per value, named by its path: `listeners[0].port`. */
function flatten(status: Status): string[][] {
  const rows: string[][] = [];
  const walk = (path: string, value: unknown): void => {
    if (Array.isArray(value) && value.length > 0) {
      for (const [index, entry] of value.entries()) walk(`${path}[${index}]`, entry);
      return;
    }
    if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
      for (const [name, entry] of Object.entries(value)) walk(path === '' ? name : `${path}.${name}`, entry);
      return;
    }
    rows.push([path, typeof value === 'string' ? value : JSON.stringify(value)]);
  };
  walk('', status);
  return rows;
}
