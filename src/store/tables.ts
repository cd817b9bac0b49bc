// The tables of the store, as queries see them. Portable by rule: booleans are 0 and 1, money is whole micro-dollars, times
// are epoch milliseconds, and what has no column of its own is JSON text.

export interface Tables {
  readonly ledger: LedgerRow;
  readonly responses: ResponseRow;
  readonly accounts_aside: AsideRow;
}

/** An account, or an account for one model, that is put aside. */
interface AsideRow {
  /** The ledger's own name for it, in hex: another one with another credential. */
  readonly id: string;
  /** When it may be tried again. */
  readonly until: number;
  /** The whole AsideEntry as JSON. */
  readonly entry: string;
}

/** An answer that requests may go on from. */
interface ResponseRow {
  /** Name of a client key; empty where none is needed. */
  readonly owner: string;
  readonly id: string;
  /** The response it goes on from. */
  readonly previous: string | null;
  readonly created_at: number;
  /** Null: it does not go by age. */
  readonly expires_at: number | null;
  readonly bytes: number;
  /** Items of the request as JSON. */
  readonly input: string;
  /** The response as JSON. */
  readonly response: string;
}

/** How much of one limit has been used: the settled part, as the last checkpoint found it. */
interface LedgerRow {
  /** The ledger's own name for subject, kind and window, in hex. */
  readonly id: string;
  /** From when on the row is worth nothing; null for a limit that never starts anew. */
  readonly resets_at: number | null;
  /** The whole LedgerEntry as JSON: what it holds is the ledger's business. */
  readonly entry: string;
}
