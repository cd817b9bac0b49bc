// One upstream whose list of models is asked for: when next, what came of it, never twice at once.
import type { DiscoveryStatus } from '../../control/plane.ts';
import type { Alarm, Clock } from '../../core/index.ts';
import type { KeptList } from './kept-lists.ts';

export interface SubjectOptions {
  readonly clock: Clock;
  readonly chance: () => number;
  readonly say: (level: 'info' | 'warn', message: string) => void;
  readonly kept: KeptList | undefined;
  /** Takes a good list. Must not throw. */
  readonly found: (ids: readonly string[]) => Promise<void>;
}

/** After a failure; doubled with each further one, up to the usual period. */
const firstRetryMs = 30_000;
/** With a period of 0 failures are still made good. */
const longestRetryMs = 3_600_000;

export class Subject {
  readonly #options: SubjectOptions;
  name = '';
  #every: number | undefined;
  #ask: (() => Promise<readonly string[]>) | undefined;
  #alarm: Alarm | undefined;
  #next: number | undefined;
  #running: Promise<void> | undefined;
  #failures = 0;
  #error: string | undefined;
  #models: number;
  #time: number | undefined;
  #closed = false;

  constructor(options: SubjectOptions) {
    this.#options = options;
    this.#models = options.kept?.ids.length ?? 0;
    this.#time = options.kept?.time;
  }

  /** `ask` as the newest configuration has it. `every` 0: once, then by hand only. */
  schedule(name: string, every: number, ask: () => Promise<readonly string[]>): void {
    this.name = name;
    this.#ask = ask;
    // What was changed may be what was missing.
    if (this.#every === every) return this.#error === undefined ? undefined : void this.ask();
    this.#every = every;
    const { clock } = this.#options;
    if (this.#time === undefined) return void this.ask();
    const due = every === 0 ? 0 : this.#time + every - clock.now();
    if (due <= 0) return void this.ask();
    this.#waitFor(Math.min(due, every));
  }

  /** Resolves when it has been asked, whatever came of it. */
  ask(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  status(): DiscoveryStatus {
    const state = this.#error !== undefined ? 'failing' : this.#time === undefined ? 'waiting' : 'current';
    return { state, models: this.#models, time: this.#time, error: this.#error, next: this.#next };
  }

  close(): void {
    this.#closed = true;
    this.#alarm?.cancel();
  }

  async #run(): Promise<void> {
    this.#alarm?.cancel();
    this.#next = undefined;
    const { clock, say, found } = this.#options;
    try {
      const ids = (await this.#ask?.()) ?? [];
      if (this.#closed) return;
      if (this.#error !== undefined) say('info', `${this.name}: its list of models is there again`);
      this.#failures = 0;
      this.#error = undefined;
      this.#models = ids.length;
      this.#time = clock.now();
      await found(ids);
    } catch (thrown) {
      if (this.#closed) return;
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      if (this.#error !== message) say('warn', `${this.name}: no new list of models: ${message}`);
      this.#failures += 1;
      this.#error = message;
    }
    this.#again();
  }

  #again(): void {
    const every = this.#every ?? 0;
    if (this.#failures === 0) return every === 0 ? undefined : this.#waitFor(every);
    const longest = every === 0 ? longestRetryMs : every;
    this.#waitFor(Math.min(longest, firstRetryMs * 2 ** Math.min(this.#failures - 1, 20)));
  }

  /** Give or take a tenth: many gateways must not ask at once. */
  #waitFor(ms: number): void {
    if (this.#closed) return;
    const { clock, chance } = this.#options;
    const jittered = Math.round(ms * (0.9 + 0.2 * chance()));
    this.#alarm?.cancel();
    this.#alarm = clock.after(jittered, () => void this.ask());
    this.#next = clock.now() + jittered;
  }
}
