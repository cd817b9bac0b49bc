// Shows a gateway's figures until the user has seen enough, also while the gateway is away.
import type { Stats } from '../../control/plane.ts';
import { type Table, tables } from '../../control/stats/recent.ts';
import { messageOf } from '../failure.ts';
import type { Screen } from './screen.ts';
import { type Sort, sorts } from './table.ts';
import { screenOf } from './view.ts';

const refreshMs = 1_000;
const quit = new Set(['q', 'Q', '\u0003', '\u0004']);

export interface Watched {
  readonly screen: Screen;
  readonly first: Stats;
  readonly sort: Sort;
  /** The figures as they are now. May throw. */
  ask(): Promise<Stats>;
}

/** Resolves when the user quits. */
export function watch({ screen, first, sort: firstSort, ask }: Watched): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let stats = first;
  let trouble: string | undefined;
  let table: Table = 'routes';
  let sort = firstSort;
  let over = false;
  const draw = () => {
    if (!over) screen.show(screenOf(stats, { table, sort, columns: screen.columns, rows: screen.rows, trouble }));
  };
  const refresh = async () => {
    try {
      stats = await ask();
      trouble = undefined;
    } catch (thrown) {
      trouble = `${messageOf(thrown)} Trying again; these figures are old.`;
    }
    draw();
    if (!over) timer = setTimeout(refresh, refreshMs);
  };
  let timer = setTimeout(refresh, refreshMs);
  screen.onResize(draw);
  screen.onKey((key) => {
    if (quit.has(key)) {
      over = true;
      clearTimeout(timer);
      screen.close();
      return resolve();
    }
    if (key === '\t') table = after(tables, table);
    if (key === 's') sort = after(sorts, sort);
    draw();
  });
  draw();
  return promise;
}

function after<Entry>(list: readonly Entry[], entry: Entry): Entry {
  return list[(list.indexOf(entry) + 1) % list.length] ?? entry;
}
