// One request in the waiting room: it is called when its turn comes, and can leave at any time.

export interface Round {
  /** Resolves when something has changed, or the guest has left. Never rejects. */
  readonly changed: Promise<void>;
  /** Stops watching. */
  end(): void;
}

export class Guest {
  /** Resolves when it is called or leaves. */
  readonly turn: Promise<void>;
  gone = false;
  readonly #called: () => void;
  #round: AbortController | undefined;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.turn = promise;
    this.#called = resolve;
  }

  call(): void {
    this.#called();
  }

  leave(): void {
    this.gone = true;
    this.#called();
    this.#round?.abort();
  }

  /** `start` is handed a signal that aborts when the round ends or the guest leaves. */
  watch(start: (signal: AbortSignal) => Promise<void>): Round {
    const round = new AbortController();
    this.#round = round;
    if (this.gone) round.abort();
    const { promise, resolve } = Promise.withResolvers<void>();
    round.signal.addEventListener('abort', () => resolve());
    // An aborted watch may end either way.
    start(round.signal).then(resolve, () => resolve());
    return { changed: promise, end: () => round.abort() };
  }
}
