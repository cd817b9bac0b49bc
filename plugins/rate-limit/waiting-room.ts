// Requests that wait for a limit to have room again: first come, first served. Those that one limit refused stand in one
// line; only the first of a line asks the ledger, and a newcomer whom that limit counts goes to its end.
import type { Call, Claim, Clock, Grant, Ledger, Reading, Refusal } from 'portico';
import { Guest } from './guest.ts';
import { isQuota, neverFits } from './refuse.ts';

export interface RoomSettings {
  /** How many may wait at once, all lines together. */
  readonly size: number;
  /** Milliseconds one may wait. */
  readonly wait: number;
}

export interface Waited {
  readonly result: Grant | Refusal;
  readonly verdict: 'granted' | 'refused' | 'full' | 'left';
  readonly ms: number;
}

export class WaitingRoom {
  readonly #settings: RoomSettings;
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  /** Those behind the first of each line. */
  readonly #lines = new Map<string, Guest[]>();
  #waiting = 0;

  constructor(settings: RoomSettings, ledger: Ledger, clock: Clock) {
    this.#settings = settings;
    this.#ledger = ledger;
    this.#clock = clock;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** The claim for whose limit somebody waits already, if there is one: who comes now must not overtake him. */
  lineOf(claims: readonly Claim[]): number | undefined {
    if (this.#lines.size === 0) return undefined;
    const index = claims.findIndex((claim) => this.#lines.has(identity(claim)));
    return index < 0 ? undefined : index;
  }

  /** Whether what was refused may be free within `ms`. */
  helps(claims: readonly Claim[], { refused, retryAfterMs }: Refusal, ms = this.#settings.wait): boolean {
    if (retryAfterMs !== undefined && retryAfterMs > ms) return false;
    return !refused.some((index) => claims[index] && (isQuota(claims[index].limit) || neverFits(claims[index])));
  }

  /** Waits in the line of `claims[index]` until all is granted; no longer than the settings say or the client stays. */
  async wait(claims: readonly Claim[], index: number, { signal }: Call): Promise<Waited> {
    const started = this.#clock.ticks();
    if (this.#waiting >= this.#settings.size)
      return { result: await this.#standing(claims, index), verdict: 'full', ms: 0 };
    const guest = new Guest();
    const leave = () => guest.leave();
    const alarm = this.#clock.after(this.#settings.wait, leave);
    signal.addEventListener('abort', leave);
    if (signal.aborted) leave();
    this.#waiting += 1;
    try {
      const result = await this.#inLine(claims, index, guest, started + this.#settings.wait);
      const verdict = result.granted ? 'granted' : signal.aborted ? 'left' : 'refused';
      return { result, verdict, ms: this.#clock.ticks() - started };
    } finally {
      this.#waiting -= 1;
      alarm.cancel();
      signal.removeEventListener('abort', leave);
    }
  }

  async #inLine(claims: readonly Claim[], index: number, guest: Guest, until: number): Promise<Grant | Refusal> {
    const id = identity(claims[index] as Claim);
    const line = this.#lines.get(id);
    if (line === undefined) this.#lines.set(id, []);
    else {
      line.push(guest);
      await guest.turn;
      if (line.includes(guest)) {
        line.splice(line.indexOf(guest), 1);
        return this.#standing(claims, index);
      }
    }
    try {
      return await this.#ask(claims, guest, until);
    } finally {
      const next = this.#lines.get(id)?.shift();
      if (next === undefined) this.#lines.delete(id);
      else next.call();
    }
  }

  async #ask(claims: readonly Claim[], guest: Guest, until: number): Promise<Grant | Refusal> {
    for (;;) {
      // Watched before it is asked: what is given back in between must not be missed.
      const round = guest.watch((signal) => this.#ledger.freed(claims, signal));
      try {
        const result = await this.#ledger.reserve(claims);
        if (result.granted || guest.gone) return result;
        if (!this.helps(claims, result, until - this.#clock.ticks())) return result;
        await this.#change(round.changed, result.retryAfterMs);
      } finally {
        round.end();
      }
    }
  }

  /** Something was given back, a window turned, or the guest leaves. */
  async #change(changed: Promise<void>, retryAfterMs: number | undefined): Promise<void> {
    if (retryAfterMs === undefined) return changed;
    const { promise, resolve } = Promise.withResolvers<void>();
    const alarm = this.#clock.after(Math.max(1, Math.ceil(retryAfterMs)), resolve);
    await Promise.race([changed, promise]);
    alarm.cancel();
  }

  /** How things stand, for one who was not let in and did not ask: asking would overtake those before him. */
  async #standing(claims: readonly Claim[], index: number): Promise<Refusal> {
    const readings = await this.#ledger.read(claims);
    const { limit } = claims[index] as Claim;
    const { resetsAt } = readings[index] as Reading;
    const known = limit.kind !== 'concurrency' && resetsAt !== undefined;
    const retryAfterMs = known ? Math.max(0, resetsAt - this.#clock.now()) : undefined;
    return { granted: false, readings, refused: [index], retryAfterMs };
  }
}

/** What is counted together. */
function identity({ subject, limit: { kind, window } }: Claim): string {
  return `${kind} ${window?.shape} ${window?.count} ${window?.unit} ${window?.zone} ${subject}`;
}
