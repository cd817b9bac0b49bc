// The table of `portico top`: one row a route, provider, account or key, sorted as the user likes.
import type { Figures } from '../../control/stats/tally.ts';
import { dollars, percent, short, time } from './figures.ts';

export const sorts = ['requests', 'errors', 'p99', 'tokens', 'cost', 'name'] as const;
export type Sort = (typeof sorts)[number];

interface Column {
  readonly title: string;
  readonly sort: Sort | undefined;
  cell(figures: Figures, seconds: number): string;
}

const columns: readonly Column[] = [
  { title: 'NAME', sort: 'name', cell: ({ name }) => name.replace(/\p{Cc}/gu, '?') },
  { title: 'REQ/S', sort: 'requests', cell: ({ requests }, seconds) => short(requests / seconds) },
  { title: 'ERRORS', sort: 'errors', cell: ({ errors, requests }) => percent(errors, requests) },
  { title: 'REFUSED', sort: undefined, cell: ({ refused, requests }) => percent(refused, requests) },
  { title: 'P50', sort: undefined, cell: ({ p50 }) => time(p50) },
  { title: 'P99', sort: 'p99', cell: ({ p99 }) => time(p99) },
  { title: 'FIRST', sort: undefined, cell: ({ firstByteP50 }) => time(firstByteP50) },
  {
    title: 'TOK/S',
    sort: 'tokens',
    cell: ({ inputTokens, outputTokens }, seconds) => short((inputTokens + outputTokens) / seconds),
  },
  { title: 'USD/H', sort: 'cost', cell: ({ costMicros }, seconds) => dollars((costMicros / seconds) * 3_600) },
];

const keys: Readonly<Record<Sort, (figures: Figures) => number>> = {
  requests: ({ requests }) => requests,
  errors: ({ errors, requests }) => errors / Math.max(1, requests),
  p99: ({ p99 }) => p99 ?? 0,
  tokens: ({ inputTokens, outputTokens }) => inputTokens + outputTokens,
  cost: ({ costMicros }) => costMicros,
  name: () => 0,
};

/** A heading and a line for each row; numbers to the right. */
export function tableOf(rows: readonly Figures[], seconds: number, sort: Sort): string[] {
  const key = keys[sort];
  const sorted = [...rows].sort((a, b) => key(b) - key(a) || (a.name < b.name ? -1 : 1));
  const titles = columns.map((column) => (column.sort === sort ? `${column.title}*` : column.title));
  const cells = [titles, ...sorted.map((row) => columns.map((column) => column.cell(row, seconds)))];
  const widths = titles.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)));
  return cells.map((line) =>
    line
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  '),
  );
}
