// Counts of limits in the store: written at every checkpoint, read once at the start.
import type { Kysely } from 'kysely';
import type { LedgerEntry } from '../ledger/limits/checkpoint.ts';
import type { Tables } from './tables.ts';

/** Rows written in one statement, and between two turns of the event loop. */
const batch = 500;

export class LedgerRows {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** What still counts at `now` (epoch milliseconds). */
  async read(now: number): Promise<readonly LedgerEntry[]> {
    const rows = await this.#db
      .selectFrom('ledger')
      .select('entry')
      .orderBy('id')
      .where((where) => where.or([where('resets_at', 'is', null), where('resets_at', '>', now)]))
      .execute();
    return rows.map(({ entry }) => JSON.parse(entry) as LedgerEntry);
  }

  /** Writes the entries over those of the same id, all or none, and forgets what was over at `pruneAt`. */
  async write(entries: readonly LedgerEntry[], pruneAt?: number): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      for (let start = 0; start < entries.length; start += batch) {
        await upsert(transaction, entries.slice(start, start + batch));
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (pruneAt !== undefined) await transaction.deleteFrom('ledger').where('resets_at', '<=', pruneAt).execute();
    });
  }
}

async function upsert(db: Kysely<Tables>, entries: readonly LedgerEntry[]): Promise<void> {
  await db
    .insertInto('ledger')
    .values(
      entries.map((entry) => ({
        id: entry.id,
        resets_at: entry.resetsAt ?? null,
        entry: JSON.stringify(entry),
      })),
    )
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((row) => ({
        resets_at: row.ref('excluded.resets_at'),
        entry: row.ref('excluded.entry'),
      })),
    )
    .execute();
}
