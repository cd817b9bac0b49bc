// One attempt under way, as the table sees it: counted at its account, perhaps the trial of what was put aside, and in the
// end news of the account and of its model.
import type { Cooled, Target } from '../../core/index.ts';
import { isAside, putAside, type Reason, readAside, type Span } from './aside.ts';
import type { HealthChange } from './change.ts';
import { countFailure, forgetFailures } from './failures.ts';
import { noteFirstByte } from './first-byte.ts';
import type { Breaker, Cooling, Watch } from './health.ts';
import { keysOf, writeKey } from './identity.ts';
import { Part } from './part.ts';
import { locked, type Table } from './table.ts';

export interface Watchers {
  readonly table: Table;
  /** Attempts that try something: their claim is renewed while their thread lives. */
  readonly trials: Set<Attempt>;
  tell(change: HealthChange): void;
}

export class Attempt implements Watch {
  readonly #watchers: Watchers;
  readonly #target: Target;
  readonly #account: Part;
  readonly #model: Part;
  #decided = false;
  #ended = false;

  constructor(watchers: Watchers, target: Target) {
    const { table, trials } = watchers;
    const keys = keysOf(target);
    this.#watchers = watchers;
    this.#target = target;
    this.#account = new Part(keys.account, 'account');
    this.#model = new Part(keys.model, 'model');
    const now = table.clock.now();
    this.#account.enter(table, now);
    this.#model.look(table, now);
    if (this.trial) trials.add(this);
  }

  get trial(): boolean {
    return this.#account.tried || this.#model.tried;
  }

  answered(firstByteMs: number): void {
    if (this.#decided) return;
    this.#decided = true;
    const { table } = this.#watchers;
    const now = table.clock.now();
    for (const part of [this.#account, this.#model]) {
      const slot = part.slotIn(table, now);
      if (slot < 0) continue;
      noteFirstByte(table.slots, slot, firstByteMs, now);
      if (isAside(table.slots, slot)) locked(table, part.key.group, () => this.#works(part));
    }
    this.#letGo();
  }

  cool(cooling: Cooling): Cooled {
    const { cause, scope, status, hintMs, firstMs, mostMs } = cooling;
    const part = scope === 'account' ? this.#account : this.#model;
    const now = this.#watchers.table.clock.now();
    let cooled: Cooled = { cause, scope, status, until: now + Math.min(mostMs, hintMs ?? firstMs) };
    if (this.#decided) return cooled;
    this.#decided = true;
    locked(this.#watchers.table, part.key.group, () => {
      cooled = this.#putAside(part, { cause, scope, status }, cooling, cooling.message) ?? cooled;
    });
    this.#letGo();
    return cooled;
  }

  failed(breaker: Breaker, status: number | undefined): Cooled | undefined {
    if (this.#decided) return undefined;
    this.#decided = true;
    const { table } = this.#watchers;
    let cooled: Cooled | undefined;
    for (const part of breaker.failures === 0 ? [] : [this.#account, this.#model]) {
      if (part === this.#account && !part.tried) continue;
      locked(table, part.key.group, () => {
        const counts = part === this.#model && cooled === undefined;
        if (!this.#failsTrial(part) && !(counts && this.#opens(part, breaker))) return;
        const span = { hintMs: undefined, firstMs: breaker.openMs, mostMs: breaker.mostMs };
        cooled = this.#putAside(part, { cause: 'failing', scope: part.scope, status }, span, undefined) ?? cooled;
      });
    }
    this.#letGo();
    return cooled;
  }

  nothing(): void {
    this.#decided = true;
    this.#letGo();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#letGo();
    this.#account.leave(this.#watchers.table);
  }

  /** The thread lives: what it tries is still tried. */
  renew(): void {
    const { table } = this.#watchers;
    const now = table.clock.now();
    this.#account.renew(table, now);
    this.#model.renew(table, now);
  }

  /** Inside the lock. */
  #works(part: Part): void {
    const { table } = this.#watchers;
    const slot = table.slots.find(part.key);
    // What began before the cooldown says nothing of what is now.
    if (slot < 0 || !isAside(table.slots, slot) || !part.isFresh(table, slot)) return;
    const trial = part.tried;
    part.clear(table, slot);
    this.#tell(part, undefined, trial, undefined);
  }

  /** Inside the lock. Whether it tried what is still put aside as it was then. */
  #failsTrial(part: Part): boolean {
    const { table } = this.#watchers;
    const slot = part.tried ? table.slots.find(part.key) : -1;
    return slot >= 0 && isAside(table.slots, slot) && part.isFresh(table, slot);
  }

  /** Inside the lock. Whether this failure opens the circuit. */
  #opens(part: Part, { failures, windowMs }: Breaker): boolean {
    const { table } = this.#watchers;
    const now = table.clock.now();
    const slot = table.slots.place(part.key, now);
    if (slot < 0 || (isAside(table.slots, slot) && !part.isFresh(table, slot))) return false;
    return countFailure(table.slots, slot, failures, windowMs, now);
  }

  /** Inside the lock. Undefined where the table has no room. */
  #putAside(part: Part, reason: Reason, span: Span, message: string | undefined): Cooled | undefined {
    const { table } = this.#watchers;
    const { slots } = table;
    const now = table.clock.now();
    const slot = slots.place(part.key, now);
    if (slot < 0) return undefined;
    const trial = part.tried;
    const fresh = part.isFresh(table, slot);
    const before = isAside(slots, slot) ? readAside(slots, slot) : undefined;
    const aside = putAside(slots, slot, reason, span, { fresh, now });
    if (before === undefined || aside.level !== before.level || aside.since !== before.since) {
      forgetFailures(slots, slot);
      this.#tell(part, aside, trial, message);
    } else if (aside.until - before.until >= worthTellingMs) {
      this.#tell(part, aside, false, message, true);
    }
    const { cause, scope, status, until } = aside;
    return { cause, scope, status, until };
  }

  #letGo(): void {
    if (!this.#account.tries && !this.#model.tries) return;
    const { table, trials } = this.#watchers;
    this.#account.letGo(table);
    this.#model.letGo(table);
    trials.delete(this);
  }

  #tell(part: Part, aside: HealthChange['aside'], trial: boolean, message: string | undefined, longer = false): void {
    const { provider, account, model } = this.#target;
    const id = writeKey(part.key);
    const accountId = writeKey(part.key.parent ?? part.key);
    const { scope } = part;
    const named = { id, accountId, provider, account, ...(scope === 'model' && { model }) };
    this.#watchers.tell({ ...named, scope, aside, trial, message, ...(longer && { longer }) });
  }
}

/** A cooldown that grows by less is not told of: many failures at once each move its end a little. Milliseconds. */
const worthTellingMs = 1_000;
