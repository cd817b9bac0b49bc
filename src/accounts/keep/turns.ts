// Not everything at once: so many at a time have their turn, the others wait. Who is waited for goes first.

interface Waiting {
  readonly owner: unknown;
  readonly go: () => void;
}

export class Turns {
  readonly #most: number;
  #taken = 0;
  #waiting: Waiting[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  async take<Result>(owner: unknown, work: () => Promise<Result>): Promise<Result> {
    if (this.#taken >= this.#most) await new Promise<void>((go) => this.#waiting.push({ owner, go }));
    else this.#taken += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#taken -= 1;
      else next.go();
    }
  }

  /** Before all others that wait. */
  hurry(owner: unknown): void {
    const at = this.#waiting.findIndex((waiting) => waiting.owner === owner);
    if (at > 0) this.#waiting.unshift(...this.#waiting.splice(at, 1));
  }
}
