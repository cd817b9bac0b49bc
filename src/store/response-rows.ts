// Kept responses in the store.
import type { Kysely } from 'kysely';
import type { KeptResponse } from '../gateway/responses/kept.ts';
import { sizeOf } from '../gateway/responses/kept.ts';
import type { Tables } from './tables.ts';

/** Rows removed in one statement, and between two turns of the event loop. */
const batch = 200;

export class ResponseRows {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Also one whose time is over. */
  async find(owner: string, id: string): Promise<KeptResponse | undefined> {
    const row = await this.#db
      .selectFrom('responses')
      .selectAll()
      .where('owner', '=', owner)
      .where('id', '=', id)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    return {
      id,
      owner,
      previous: row.previous ?? undefined,
      createdAt: row.created_at,
      expiresAt: row.expires_at ?? undefined,
      input: row.input,
      response: row.response,
    };
  }

  /** All or none; over those of the same owner and id. */
  async write(responses: readonly KeptResponse[]): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      for (const response of responses) {
        await transaction.replaceInto('responses').values(rowOf(response)).execute();
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
  }

  /** Moves the end of each to `until` (undefined: never). */
  async extend(owner: string, ids: readonly string[], until: number | undefined): Promise<void> {
    for (let start = 0; start < ids.length; start += batch) {
      await this.#db
        .updateTable('responses')
        .set({ expires_at: until ?? null })
        .where('owner', '=', owner)
        .where('id', 'in', ids.slice(start, start + batch))
        .execute();
    }
  }

  async forget(owner: string, id: string): Promise<boolean> {
    const [result] = await this.#db.deleteFrom('responses').where('owner', '=', owner).where('id', '=', id).execute();
    return (result?.numDeletedRows ?? 0n) > 0n;
  }

  /** Bytes of all together. */
  async bytes(): Promise<number> {
    const { total } = await this.#db
      .selectFrom('responses')
      .select(({ fn }) => fn.sum<number | null>('bytes').as('total'))
      .executeTakeFirstOrThrow();
    return Number(total ?? 0);
  }

  /** Forgets what was over at `now`, and of the rest the oldest until no more than `most` bytes are left. */
  async prune(now: number, most: number): Promise<void> {
    await this.#db.deleteFrom('responses').where('expires_at', '<=', now).execute();
    let excess = (await this.bytes()) - most;
    while (excess > 0) {
      const oldest = await this.#db
        .selectFrom('responses')
        .select(['owner', 'id', 'bytes'])
        .orderBy('created_at')
        .limit(batch)
        .execute();
      if (oldest.length === 0) return;
      for (const { owner, id, bytes } of oldest) {
        if (excess <= 0) return;
        await this.forget(owner, id);
        excess -= bytes;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

function rowOf(response: KeptResponse): Tables['responses'] {
  const { owner, id, previous, createdAt, expiresAt, input, response: text } = response;
  return {
    owner,
    id,
    previous: previous ?? null,
    created_at: createdAt,
    expires_at: expiresAt ?? null,
    bytes: sizeOf(response),
    input,
    response: text,
  };
}
