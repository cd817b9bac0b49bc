// What `portico top` shows: the figures of a gateway as lines of text.
import type { Stats } from '../../control/plane.ts';
import { type Table, tables } from '../../control/stats/recent.ts';
import { dollars, percent, short, sparkline, time } from './figures.ts';
import { type Sort, tableOf } from './table.ts';

/** Limits that are shown, those with the least left. */
const mostLimits = 4;

export interface View {
  readonly table: Table;
  readonly sort: Sort;
  /** Of the terminal. */
  readonly columns: number;
  readonly rows: number;
  /** Why the figures are old, if they are. */
  readonly trouble: string | undefined;
}

const bold = (text: string) => `\u001b[1m${text}\u001b[22m`;
const reverse = (text: string) => `\u001b[7m${text}\u001b[27m`;

/** The whole terminal, a line each; for a person who watches. */
export function screenOf(stats: Stats, { table, sort, columns, rows, trouble }: View): string[] {
  const cut = (line: string) => line.slice(0, columns);
  const tabs = tables.map((name) => (name === table ? reverse(` ${name} `) : ` ${name} `)).join('');
  const [heading = '', ...body] = tableOf(stats.tables[table], stats.windowSeconds, sort);
  const head = [...headOf(stats).map(cut), '', tabs, bold(cut(heading))];
  const foot = trouble === undefined ? `q quit   tab next table   s sort (${sort})` : trouble;
  const space = Math.max(0, rows - head.length - 1);
  const filled = [...head, ...body.slice(0, space).map(cut)].slice(0, Math.max(0, rows - 1));
  return [...filled, ...Array.from({ length: Math.max(0, rows - 1 - filled.length) }, () => ''), cut(foot)];
}

/** Everything once, for a pipe or a file. */
export function snapshotOf(stats: Stats, sort: Sort): string {
  const parts = tables.flatMap((table) => {
    const rows = stats.tables[table];
    return rows.length === 0 ? [] : [`\n${table}`, ...tableOf(rows, stats.windowSeconds, sort)];
  });
  return `${[...headOf(stats), ...parts].map((line) => line.trimEnd()).join('\n')}\n`;
}

function headOf(stats: Stats): string[] {
  const { total, windowSeconds, perSecond, series } = stats;
  const rate = (amount: number) => short(amount / windowSeconds);
  return [
    `portico ${stats.version}   revision ${stats.revision}   up ${time(stats.uptimeMs)}${stats.draining ? '   draining' : ''}`,
    `requests  ${short(perSecond)}/s   in flight ${stats.inFlight}   ${sparkline(series)}`,
    `answers   errors ${percent(total.errors, total.requests)}   refused ${percent(total.refused, total.requests)}   left ${percent(total.aborted, total.requests)}`,
    `latency   p50 ${time(total.p50)}   p99 ${time(total.p99)}   first byte p50 ${time(total.firstByteP50)}   p99 ${time(total.firstByteP99)}`,
    `tokens    in ${rate(total.inputTokens)}/s   out ${rate(total.outputTokens)}/s   cost ${dollars((total.costMicros / windowSeconds) * 3_600)} USD/h`,
    `threads   ${stats.threads.map(thread).join('   ')}`,
    ...(stats.limits.length === 0 ? [] : [`limits    ${stats.limits.slice(0, mostLimits).map(limit).join('   ')}`]),
  ];
}

/** Of money in dollars. */
function limit({ subject, kind, window, used, amount }: Stats['limits'][number]): string {
  const word = kind === 'cost' ? dollars : short;
  return `${subject} ${kind}${window === '' ? '' : `/${window}`} ${word(used)} of ${word(amount)}`;
}

function thread({ thread: number, state, inFlight, pulse }: Stats['threads'][number]): string {
  const busy =
    pulse === undefined
      ? ''
      : `, ${pulse.connections} connections, busy ${percent(pulse.utilization, 1)}, lag ${time(pulse.lagP99Ms)}`;
  return `${number}: ${state === 'serving' ? '' : `${state}, `}${inFlight} in flight${busy}`;
}
