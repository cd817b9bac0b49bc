// The ledger as one would write it for one thread and without care for speed: what the real one is compared with.
import type { Claim } from '../../../src/core/index.ts';
import { lengthOf } from '../../../src/ledger/window/utc.ts';
import { windowAt } from '../../../src/ledger/window.ts';

interface Open {
  readonly claims: readonly Claim[];
  readonly ends: readonly number[];
}

interface Count {
  end: number;
  used: number;
  open: Map<number, number>;
}

export class Model {
  readonly #counts = new Map<string, Count>();
  readonly #grants = new Map<number, Open>();
  #next = 0;

  /** The number of the grant, or what is refused. */
  reserve(claims: readonly Claim[], now: number): number | readonly number[] {
    const refused = claims.flatMap((claim, index) => (this.#fits(claim, now) ? [] : [index]));
    if (refused.length > 0) return refused;
    const id = this.#next;
    this.#next += 1;
    for (const claim of claims) {
      const count = this.#at(claim, now);
      if (isSpent(claim)) count.used += claim.amount;
      else count.open.set(id, claim.amount);
    }
    this.#grants.set(id, { claims, ends: claims.map((claim) => this.#at(claim, now).end) });
    return id;
  }

  settle(id: number, amounts: readonly number[], now: number): void {
    const grant = this.#grants.get(id);
    if (grant === undefined) return;
    this.#grants.delete(id);
    for (const [index, claim] of grant.claims.entries()) {
      const truth = amounts[index] ?? 0;
      const count = this.#at(claim, now);
      const same = count.end === grant.ends[index];
      count.open.delete(id);
      if (claim.limit.kind === 'concurrency') continue;
      if (!isSpent(claim)) count.used += truth;
      else if (same || truth > claim.amount) count.used += truth - claim.amount;
    }
  }

  used(claim: Claim, now: number): number {
    const { used, open } = this.#at(claim, now);
    return [...open.values()].reduce((sum, amount) => sum + amount, used);
  }

  #fits(claim: Claim, now: number): boolean {
    const used = this.used(claim, now);
    return claim.amount === 0 ? used < claim.limit.amount : used + claim.amount <= claim.limit.amount;
  }

  #at({ subject, limit: { kind, window } }: Claim, now: number): Count {
    const end = window === undefined ? 0 : windowAt(window, now).end;
    const name = JSON.stringify([subject, kind, window]);
    const found = this.#counts.get(name);
    if (found !== undefined && found.end === end) return found;
    const fresh = { end, used: 0, open: new Map<number, number>() };
    this.#counts.set(name, fresh);
    return fresh;
  }
}

/** The generic cell rate algorithm as it is written everywhere: a theoretical arrival time. In exact fractions. */
export class ArrivalModel {
  readonly #amount: bigint;
  readonly #length: bigint;
  readonly #burst: bigint;
  /** In fractions of a millisecond: so many make one. */
  #arrival = 0n;

  constructor({ limit: { amount, window, burst } }: Claim) {
    this.#amount = BigInt(amount);
    this.#length = BigInt(window === undefined ? 0 : lengthOf(window));
    this.#burst = BigInt(burst ?? amount);
  }

  reserve(amount: number, now: number): boolean {
    const at = BigInt(now) * this.#amount;
    const from = this.#arrival > at ? this.#arrival : at;
    const next = from + BigInt(amount) * this.#length;
    if (next > at + this.#burst * this.#length) return false;
    this.#arrival = next;
    return true;
  }
}

function isSpent({ limit: { kind } }: Claim): boolean {
  return kind === 'requests';
}
