// The tables of the store, as queries see them. Portable by rule: booleans are 0 and 1, money is whole micro-dollars, times
// are epoch milliseconds, and what has no column of its own is JSON text.

export interface Tables {
  readonly ledger: LedgerRow;
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
