// The newest log lines, kept whatever becomes of the outputs, and who is told of further ones. A line is kept as it came
// and put into words (without secrets) only when somebody reads it.
import type { Level } from '../../core/index.ts';
import type { Line } from '../../gateway/outbox.ts';

/** Lines that are kept. */
export const mostLines = 1_000;

export type LineKind = 'requests' | 'operations';
export type LineFormat = 'text' | 'json';

export interface LineFilter {
  /** Lines of this level and worse. */
  readonly level: Level;
  readonly kinds: readonly LineKind[];
  readonly format: LineFormat;
}

export interface ToldLine {
  /** Counts from 1 in every run of the gateway. */
  readonly number: number;
  readonly text: string;
}

const ranks: Readonly<Record<Level, number>> = { error: 0, warn: 1, info: 2, debug: 3 };

interface Kept {
  readonly number: number;
  readonly line: Line;
}

export class LogTail {
  readonly #render: (line: Line, format: LineFormat) => string;
  readonly #listeners = new Set<(kept: Kept) => void>();
  /** A ring: the line of a number stands at its remainder. */
  readonly #kept: Kept[] = [];
  #count = 0;

  /** `render` gives a line in words, secrets masked. */
  constructor(render: (line: Line, format: LineFormat) => string) {
    this.#render = render;
  }

  push(line: Line): void {
    this.#count += 1;
    const kept = { number: this.#count, line };
    this.#kept[this.#count % mostLines] = kept;
    for (const listener of this.#listeners) listener(kept);
  }

  /** The newest `count` lines that pass, of those after the number `after`, oldest first. */
  read(filter: LineFilter, count: number, after = 0): ToldLine[] {
    const inOrder = this.#kept.filter(({ number }) => number > after).sort((a, b) => a.number - b.number);
    const passing = inOrder.filter(({ line }) => passes(line, filter));
    return passing.slice(Math.max(0, passing.length - count)).map((kept) => this.#tell(kept, filter.format));
  }

  /** Calls `told` for every further line that passes, until the function it returns is called. */
  follow(filter: LineFilter, told: (line: ToldLine) => void): () => void {
    const listener = (kept: Kept) => {
      if (passes(kept.line, filter)) told(this.#tell(kept, filter.format));
    };
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #tell({ number, line }: Kept, format: LineFormat): ToldLine {
    return { number, text: this.#render(line, format) };
  }
}

function passes({ level, record }: Line, filter: LineFilter): boolean {
  const kind = record === undefined ? 'operations' : 'requests';
  return ranks[level] <= ranks[filter.level] && filter.kinds.includes(kind);
}
