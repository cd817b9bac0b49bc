// Rows of text as aligned columns, two spaces apart; in a terminal the head and what stands out have colours.
import picocolors from 'picocolors';
import { printable } from '../core/printable.ts';

/** `good` green, `warn` yellow, `bad` red, `quiet` dim. */
export type Tone = 'good' | 'warn' | 'bad' | 'quiet';

/** Text, or text that stands out. */
export type Cell = string | { readonly text: string; readonly tone: Tone | undefined };

export interface TableLook {
  /** Whether the reader takes colours: `terminal.color`. Absent: no. */
  readonly color?: boolean;
  /** The first row, or the first column, names what the others hold. */
  readonly head?: 'row' | 'column';
  /** How wide the reader's terminal is: `terminal.columns`. Absent: as wide as it takes. */
  readonly columns?: number | undefined;
  /** Columns that can be done without where that is too narrow, by number; the first of them goes first. */
  readonly spare?: readonly number[];
}

/** One line per row, line feed included. The last column is not padded. */
export function formatTable(cells: readonly (readonly Cell[])[], look: TableLook = {}): string {
  const { columns = Number.POSITIVE_INFINITY, spare = [] } = look;
  const gone = spare.findIndex((_, count) => widthOf(without(cells, spare.slice(0, count))) <= columns);
  return drawn(without(cells, gone === -1 ? spare : spare.slice(0, gone)), look);
}

function without(cells: readonly (readonly Cell[])[], columns: readonly number[]): readonly (readonly Cell[])[] {
  return columns.length === 0 ? cells : cells.map((row) => row.filter((_, column) => !columns.includes(column)));
}

function widthOf(cells: readonly (readonly Cell[])[]): number {
  const lines = drawn(cells, {}).split('\n');
  return Math.max(...lines.map((line) => line.length));
}

function drawn(cells: readonly (readonly Cell[])[], look: TableLook): string {
  const rows = cells.map((row) => row.map((cell) => printable(textOf(cell))));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  const paint = painterOf(look);
  return rows
    .map((row, line) => {
      const last = row.findLastIndex((text) => text !== '');
      const painted = row.slice(0, last + 1).map((text, column) => {
        const space = column === last ? '' : ' '.repeat((widths[column] ?? 0) - text.length);
        return paint(text, cells[line]?.[column], { line, column }) + space;
      });
      return `${painted.join('  ').trimEnd()}\n`;
    })
    .join('');
}

type Painter = (text: string, cell: Cell | undefined, place: { line: number; column: number }) => string;

function painterOf({ color = false, head }: TableLook): Painter {
  if (!color) return (text) => text;
  const { bold, dim, green, yellow, red } = picocolors.createColors(true);
  const tones = { good: green, warn: yellow, bad: red, quiet: dim };
  return (text, cell, { line, column }) => {
    const tone = typeof cell === 'object' ? cell.tone : undefined;
    if (text === '') return text;
    if (tone !== undefined) return tones[tone](text);
    return head !== undefined && (head === 'row' ? line : column) === 0 ? bold(text) : text;
  };
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}
