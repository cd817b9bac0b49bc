// Kept responses of a running gateway: in memory from the moment a data thread tells of one, in the store within a second.
// What cannot be written waits, within the same bound, and goes with the next try.
import type { Clock } from '../../core/index.ts';
import {
  type KeptResponse,
  type KeptResponses,
  keyOf,
  later,
  sizeOf,
  walkChain,
} from '../../gateway/responses/kept.ts';
import type { ResponseRows } from '../../store/response-rows.ts';
import { type StoreError, storeError } from '../../store/trouble.ts';

const writeAfterMs = 250;
const pruneEveryMs = 60_000;
/** An end is moved when that gains so much at least: a conversation would otherwise write all of itself at every turn. */
const worthMoving = 60_000;

export interface ResponseKeeperOptions {
  readonly clock: Clock;
  readonly rows: Pick<ResponseRows, 'find' | 'write' | 'extend' | 'forget' | 'bytes' | 'prune'>;
  /** Of all kept responses together, at this moment. */
  maxBytes(): number;
  /** Writing has begun to fail, or (undefined) works again. */
  onState(error: StoreError | undefined): void;
}

export class ResponseKeeper implements KeptResponses {
  readonly #options: ResponseKeeperOptions;
  /** Not written yet, oldest first. */
  readonly #waiting = new Map<string, KeptResponse>();
  #waitingBytes = 0;
  #running: Promise<void> = Promise.resolve();
  #scheduled = false;
  #closed = false;
  #prunedAt = Number.NEGATIVE_INFINITY;
  #storedBytes: number | undefined;
  #error: StoreError | undefined;

  constructor(options: ResponseKeeperOptions) {
    this.#options = options;
    // What is over goes also where nothing new comes.
    const alarm = options.clock.after(pruneEveryMs, () => {
      if (this.#closed) return;
      this.#running = this.#running.then(() => this.#write());
      void this.#running.then(() => alarm.restart());
    });
  }

  keep(response: KeptResponse): void {
    const key = keyOf(response.owner, response.id);
    this.#settled(key);
    this.#waiting.set(key, response);
    this.#waitingBytes += sizeOf(response);
    for (const oldest of this.#waiting.keys()) {
      if (this.#waitingBytes <= this.#options.maxBytes()) break;
      this.#settled(oldest);
    }
    this.#schedule();
  }

  async find(owner: string, id: string): Promise<KeptResponse | undefined> {
    const waiting = this.#waiting.get(keyOf(owner, id));
    const found = waiting ?? (await this.#options.rows.find(owner, id)) ?? (await this.#onItsWay(owner, id));
    if (found?.expiresAt !== undefined && found.expiresAt <= this.#options.clock.now()) return undefined;
    return found;
  }

  async chain(owner: string, id: string, until: number | undefined): Promise<readonly KeptResponse[] | undefined> {
    const links = await walkChain(id, (link) => this.find(owner, link));
    if (links === undefined) return undefined;
    const soon = until === undefined ? Number.POSITIVE_INFINITY : until - worthMoving;
    const short = links.filter(({ expiresAt }) => expiresAt !== undefined && expiresAt < soon);
    for (const link of short) {
      if (this.#waiting.has(keyOf(owner, link.id))) this.keep({ ...link, expiresAt: later(link.expiresAt, until) });
    }
    const written = short.map((link) => link.id).filter((each) => !this.#waiting.has(keyOf(owner, each)));
    if (written.length > 0) await this.#options.rows.extend(owner, written, until);
    return links;
  }

  async forget(owner: string, id: string): Promise<boolean> {
    const waited = this.#settled(keyOf(owner, id));
    // One that is being written at this moment is gone only behind that.
    await this.#running;
    return (await this.#options.rows.forget(owner, id)) || waited;
  }

  /** Resolves when what is being written is, or could not be. */
  settled(): Promise<void> {
    return this.#running;
  }

  /** Writes what waits. Resolves also where that fails. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    await this.#write();
  }

  /**
   * A thread told of it before another could ask for it, but messages of two threads may be read in either order: what
   * was sent has been read after two turns.
   */
  async #onItsWay(owner: string, id: string): Promise<KeptResponse | undefined> {
    for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    return this.#waiting.get(keyOf(owner, id));
  }

  #schedule(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    this.#options.clock.after(writeAfterMs, () => {
      this.#running = this.#running.then(() => this.#write());
      void this.#running.then(() => {
        this.#scheduled = false;
        if (this.#waiting.size > 0) this.#schedule();
      });
    });
  }

  async #write(): Promise<void> {
    const { rows } = this.#options;
    const batch = [...this.#waiting.entries()];
    try {
      const all = batch.map(([, response]) => response);
      if (all.length > 0) await rows.write(all);
      this.#storedBytes =
        (this.#storedBytes ?? (await rows.bytes())) + all.reduce((sum, each) => sum + sizeOf(each), 0);
      await this.#prune();
    } catch (thrown) {
      return this.#told(storeError(thrown));
    }
    for (const [key, response] of batch) if (this.#waiting.get(key) === response) this.#settled(key);
    this.#told(undefined);
  }

  async #prune(): Promise<void> {
    const { clock, rows, maxBytes } = this.#options;
    const now = clock.now();
    if (now - this.#prunedAt < pruneEveryMs && (this.#storedBytes ?? 0) <= maxBytes()) return;
    await rows.prune(now, maxBytes());
    this.#prunedAt = now;
    this.#storedBytes = await rows.bytes();
  }

  /** It waits no more. */
  #settled(key: string): boolean {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return false;
    this.#waiting.delete(key);
    this.#waitingBytes -= sizeOf(waiting);
    return true;
  }

  /** Once per cause. */
  #told(error: StoreError | undefined): void {
    if (error?.message === this.#error?.message) return;
    this.#error = error;
    this.#options.onState(error);
  }
}
