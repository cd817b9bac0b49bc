// Accounts that are put aside, in the store: written as they change, read once at the start.
import type { Kysely } from 'kysely';
import type { AsideEntry } from '../ledger/health/change.ts';
import type { Tables } from './tables.ts';

/** Rows written in one statement, and between two turns of the event loop. */
const batch = 500;

export class AsideRows {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Those that could be tried again at `after` (epoch milliseconds) or later. */
  async read(after: number): Promise<readonly AsideEntry[]> {
    const rows = await this.#db
      .selectFrom('accounts_aside')
      .select('entry')
      .where('until', '>=', after)
      .orderBy('id')
      .execute();
    return rows.map(({ entry }) => JSON.parse(entry) as AsideEntry);
  }

  /**
   * By id: what is to stand there, or undefined where nothing is any more. Forgets what could be tried before `pruneAt`. All
   * or none.
   */
  async write(changes: ReadonlyMap<string, AsideEntry | undefined>, pruneAt: number): Promise<void> {
    const ids = [...changes.keys()];
    await this.#db.transaction().execute(async (transaction) => {
      for (let start = 0; start < ids.length; start += batch) {
        const some = ids.slice(start, start + batch);
        await transaction.deleteFrom('accounts_aside').where('id', 'in', some).execute();
        const rows = some.flatMap((id) => rowOf(changes.get(id)));
        if (rows.length > 0) await transaction.insertInto('accounts_aside').values(rows).execute();
        await new Promise((resolve) => setImmediate(resolve));
      }
      await transaction.deleteFrom('accounts_aside').where('until', '<', pruneAt).execute();
    });
  }
}

function rowOf(entry: AsideEntry | undefined): Tables['accounts_aside'][] {
  return entry === undefined ? [] : [{ id: entry.id, until: entry.aside.until, entry: JSON.stringify(entry) }];
}
