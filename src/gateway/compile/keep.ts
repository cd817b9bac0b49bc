// State that outlives reloads: made once per key, shared by every snapshot that asks for it, disposed of when the last
// of them is retired. Plugin state and connection pools live here.

interface Kept {
  readonly value: unknown;
  readonly dispose: (() => void) | undefined;
  readonly holders: Set<object>;
}

export class Keep {
  readonly #kept = new Map<string, Kept>();

  /** The value under `key`, held by `holder` until it is released. */
  get<T>(holder: object, key: string, make: () => T, dispose?: (value: T) => void): T {
    let kept = this.#kept.get(key);
    if (kept === undefined) {
      const value = make();
      kept = { value, dispose: dispose && (() => dispose(value)), holders: new Set() };
      this.#kept.set(key, kept);
    }
    kept.holders.add(holder);
    return kept.value as T;
  }

  /** Lets go of everything `holder` held. Errors of disposers are returned, not thrown: each must get its turn. */
  release(holder: object): unknown[] {
    const failed: unknown[] = [];
    for (const [key, kept] of this.#kept) {
      if (!kept.holders.delete(holder) || kept.holders.size > 0) continue;
      this.#kept.delete(key);
      try {
        kept.dispose?.();
      } catch (error) {
        failed.push(error);
      }
    }
    return failed;
  }

  get size(): number {
    return this.#kept.size;
  }
}
