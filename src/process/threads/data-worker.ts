// One data thread as the control thread sees it: a worker, what it was told, and what it answered.
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { LoadedConfig } from '../../config/loaded.ts';
import type { Pulse } from '../../control/metrics.ts';
import type { Alarm, Clock } from '../../core/index.ts';
import type { Degraded, Problem } from '../../gateway/outbox.ts';
import type { KeptResponse } from '../../gateway/responses/kept.ts';
import type { Answer, Asked } from '../ask/question.ts';
import type {
  Batch,
  CredentialUpdate,
  Found,
  RefusedCredential,
  ThreadBirth,
  ToControl,
  ToData,
  Wish,
} from '../channel.ts';
import { unpackBatch } from './packed-batch.ts';

/**
 * What a data thread may use for new objects, in MB. Said by V8's flag and not by the worker's resource limits, which do
 * not prevail over the flag the process is started with: the control thread is given little, because it would keep
 * tens of megabytes from its start for nothing.
 */
setFlagsFromString('--max-semi-space-size=32');

export type Prepared =
  | { readonly ok: true; readonly degraded: readonly Degraded[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface DataWorkerOptions {
  readonly entry: URL;
  readonly birth: ThreadBirth;
  readonly clock: Clock;
  onBatch(batch: Batch): void;
  onResponse(response: KeptResponse): void;
  onWish(wish: Wish): Promise<Found>;
  /** Whether there is another token now; the new one was told before. Never rejects. */
  onRefused(refused: RefusedCredential): Promise<boolean>;
  /** Called once, when the thread is gone. */
  onGone(worker: DataWorker, cause: string): void;
}

export type WorkerState = 'starting' | 'serving' | 'draining' | 'gone';

export class DataWorker {
  readonly thread: number;
  readonly startedAt: number;
  readonly #worker: Worker;
  readonly #clock: Clock;
  readonly #pending = new Map<string, (message: ToControl | undefined) => void>();
  readonly #gone = Promise.withResolvers<void>();
  #cause: string | undefined;
  #asked = 0;
  /** Generation it serves; 0 while none is committed. */
  generation = 0;
  state: WorkerState = 'starting';
  /** Told to go: nobody will miss it. */
  leaving = false;
  /** How it was in the last second; undefined before its first word. */
  pulse: Pulse | undefined;

  constructor(options: DataWorkerOptions) {
    this.thread = options.birth.thread;
    this.#clock = options.clock;
    this.startedAt = options.clock.ticks();
    this.#worker = new Worker(options.entry, {
      workerData: options.birth,
      name: `data ${this.thread}`,
    });
    this.#worker.on('message', (message: ToControl) => {
      if (message.type === 'batch') return options.onBatch(unpackBatch(message.packed));
      if (message.type === 'keep-response') return options.onResponse(message.response);
      if (message.type === 'ask-response') return void this.#grant(message.ask, options.onWish(message.wish));
      if (message.type === 'refresh-credential') return void this.#refreshed(message.ask, options.onRefused(message));
      if (message.type === 'pulse') {
        this.pulse = message.pulse;
        return;
      }
      this.#settle(message);
    });
    this.#worker.on('error', (error: unknown) => {
      this.#cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
    });
    this.#worker.on('exit', (code) => {
      this.state = 'gone';
      for (const settle of this.#pending.values()) settle(undefined);
      this.#pending.clear();
      this.#gone.resolve();
      options.onGone(this, this.#cause ?? `it exited with code ${code}`);
    });
  }

  /** Resolves when the thread is gone, for whatever reason. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  /** Never rejects. A thread that says nothing for `limitMs` counts as failed. */
  async prepare(generation: number, config: LoadedConfig, limitMs: number): Promise<Prepared> {
    const answer = this.#answer(`prepare ${generation}`, limitMs);
    this.#tell({ type: 'prepare', generation, config });
    const message = await answer;
    if (message?.type === 'ready') return { ok: true, degraded: message.degraded };
    if (message?.type === 'failed') return { ok: false, problems: message.problems };
    const reason =
      this.state === 'gone'
        ? `it died while preparing: ${this.#cause ?? 'it exited'}`
        : `it did not answer within ${limitMs} ms`;
    return { ok: false, problems: [{ where: `data thread ${this.thread}`, message: reason }] };
  }

  commit(generation: number): void {
    this.#tell({ type: 'commit', generation });
    this.generation = generation;
    if (this.state === 'starting') this.state = 'serving';
  }

  /** Resolves to whether the thread has answered: one that has not within `limitMs` hangs. */
  async abandon(generation: number, limitMs: number): Promise<boolean> {
    const answer = this.#answer(`abandon ${generation}`, limitMs);
    this.#tell({ type: 'abandon', generation });
    return (await answer) !== undefined || this.state === 'gone';
  }

  /** Lets running calls finish until `deadline` (epoch ms), then ends the thread, `graceMs` later by force. */
  async drain(deadline: number, graceMs: number): Promise<void> {
    if (this.leaving || this.state === 'gone') return this.gone;
    this.leaving = true;
    if (this.state === 'starting') return this.terminate();
    this.state = 'draining';
    const answer = this.#answer('drain', Math.max(0, deadline - this.#clock.now()) + graceMs);
    this.#tell({ type: 'drain', deadline });
    await answer;
    await this.terminate();
  }

  /** Ends the thread at once. */
  async terminate(cause?: string): Promise<void> {
    this.#cause ??= cause;
    await this.#worker.terminate();
    await this.gone;
  }

  /** Undefined where there is no answer within `limitMs`, or the thread is gone. */
  async ask(asked: Asked, limitMs: number): Promise<Answer | undefined> {
    this.#asked += 1;
    const ask = this.#asked;
    const answer = this.#answer(`ask ${ask}`, limitMs);
    this.#tell({ type: 'ask', ask, asked });
    const message = await answer;
    return message?.type === 'answer' ? message.answer : undefined;
  }

  async #grant(ask: number, granted: Promise<Found>): Promise<void> {
    this.#tell({ type: 'found-response', ask, found: await granted });
  }

  /** Tokens of accounts. */
  credentials(updates: readonly CredentialUpdate[]): void {
    if (updates.length > 0) this.#tell({ type: 'credentials', updates });
  }

  async #refreshed(ask: number, done: Promise<boolean>): Promise<void> {
    this.#tell({ type: 'refreshed-credential', ask, done: await done });
  }

  #tell(message: ToData): void {
    if (this.state !== 'gone') this.#worker.postMessage(message);
  }

  /** The answer to one message, or undefined when the time is up or the thread is gone. */
  #answer(key: string, limitMs: number): Promise<ToControl | undefined> {
    if (this.state === 'gone') return Promise.resolve(undefined);
    return new Promise((resolve) => {
      let limit: Alarm | undefined;
      const settle = (message: ToControl | undefined) => {
        limit?.cancel();
        this.#pending.delete(key);
        resolve(message);
      };
      limit = this.#clock.after(limitMs, () => settle(undefined));
      this.#pending.set(key, settle);
    });
  }

  #settle(message: ToControl): void {
    const key = keyOf(message);
    if (key !== undefined) this.#pending.get(key)?.(message);
  }
}

/** Which question a message answers. */
function keyOf(message: ToControl): string | undefined {
  if (message.type === 'ready' || message.type === 'failed') return `prepare ${message.generation}`;
  if (message.type === 'answer') return `ask ${message.ask}`;
  if (message.type === 'retired') return `abandon ${message.generation}`;
  return message.type === 'drained' ? 'drain' : undefined;
}
