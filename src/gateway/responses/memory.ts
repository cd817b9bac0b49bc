// Responses kept in memory: under the same rules as in the store, but gone with the process.
import type { Clock } from '../../core/index.ts';
import { type KeptResponse, type KeptResponses, keyOf, later, sizeOf, walkChain } from './kept.ts';

export class MemoryResponses implements KeptResponses {
  readonly #clock: Clock;
  readonly #maxBytes: () => number;
  /** Oldest first. */
  readonly #kept = new Map<string, KeptResponse>();
  #bytes = 0;

  constructor(clock: Clock, maxBytes: () => number) {
    this.#clock = clock;
    this.#maxBytes = maxBytes;
  }

  keep(response: KeptResponse): void {
    const key = keyOf(response.owner, response.id);
    this.#drop(key);
    this.#kept.set(key, response);
    this.#bytes += sizeOf(response);
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#maxBytes()) return;
      this.#drop(oldest);
    }
  }

  async find(owner: string, id: string): Promise<KeptResponse | undefined> {
    return this.#find(owner, id);
  }

  async chain(owner: string, id: string, until: number | undefined): Promise<readonly KeptResponse[] | undefined> {
    const links = await walkChain(id, (link) => this.#find(owner, link));
    for (const link of links ?? []) this.keep({ ...link, expiresAt: later(link.expiresAt, until) });
    return links;
  }

  async forget(owner: string, id: string): Promise<boolean> {
    const found = this.#find(owner, id);
    this.#drop(keyOf(owner, id));
    return found !== undefined;
  }

  #find(owner: string, id: string): KeptResponse | undefined {
    const key = keyOf(owner, id);
    const found = this.#kept.get(key);
    if (found?.expiresAt === undefined || found.expiresAt > this.#clock.now()) return found;
    this.#drop(key);
    return undefined;
  }

  #drop(key: string): void {
    const found = this.#kept.get(key);
    if (found === undefined) return;
    this.#kept.delete(key);
    this.#bytes -= sizeOf(found);
  }
}
