// One request on its way to an answer: target after target is asked until one answers, or the failure is one that no other
// could cure, or nobody is left to ask.
import type { AttemptFailure, Call, Candidates, Host, Outcome, Target } from 'portico';
import { isPassing, leavesModel, movesOn } from '../moves-on.ts';
import { type OrderMeans, order, type Picked } from '../order/order.ts';
import type { Settings } from '../settings.ts';
import { type Asked, ask } from './ask.ts';
import { hedgeOf } from './beside.ts';
import { nobodyLeft, soonestEnd } from './nobody-left.ts';
import { pause } from './pause.ts';
import { tellingOf } from './telling.ts';
import { type Turn, Walk } from './walk.ts';

/** An account that had no room, and what it is full of. */
export interface Full {
  readonly picked: Picked;
  readonly failure: AttemptFailure;
}

/** Those who wait for one cooldown do not all come back in the moment it ends. */
const mostLateMs = 250;

export class Pursuit {
  readonly call: Call;
  readonly candidates: Candidates;
  readonly settings: Settings;
  readonly host: Host;
  readonly means: OrderMeans;
  readonly full = new Map<Target, Full>();
  readonly #failures: AttemptFailure[] = [];
  /** Providers that fail in ways that pass: more requests to them are retries. */
  readonly #sick = new Set<string>();
  /** Pools whose model cannot do what the request needs. */
  readonly #unfit = new Set<unknown>();
  #left: number;
  #waited = 0;
  /** A failure came that `on:` does not name. */
  #over = false;

  constructor(call: Call, candidates: Candidates, settings: Settings, host: Host, means: OrderMeans) {
    this.call = call;
    this.candidates = candidates;
    this.settings = settings;
    this.host = host;
    this.means = means;
    this.#left = settings.attempts;
  }

  /** Sets the call's answer, or throws why there is none. */
  async run(): Promise<void> {
    const walk = new Walk(this, order(this.candidates, this.means));
    const first = walk.next();
    if (first === undefined || hedgeOf(this, first.picked) !== 0) return this.#goOn(walk, first);
    // What nearly every request comes to: no more steps than it needs.
    const outcome = await this.call.attempt(first.picked.target);
    if (outcome.ok) return this.call.answer(outcome);
    return this.#goOn(walk, first, { picked: first.picked, outcome });
  }

  /** As `run`, where the one target there is has been asked and failed. */
  async runOn(outcome: Outcome): Promise<void> {
    const [picked] = order(this.candidates, this.means);
    const walk = new Walk(this, [].values());
    return picked && this.#goOn(walk, { picked, end: () => undefined }, { picked, outcome });
  }

  async #goOn(start: Walk, first: Turn | undefined, begun?: Asked): Promise<void> {
    let outcome = await this.#round(start, first, begun);
    while (outcome === undefined && !this.#ended && (await this.#coolsSoon())) {
      const walk = new Walk(this, order(this.candidates, this.means));
      outcome = await this.#round(walk, walk.next());
    }
    const told = outcome ?? tellingOf(this.#failures);
    if (told === undefined) throw nobodyLeft(this);
    this.call.answer(told);
  }

  /** Whether this is the answer, good or bad. */
  settles(outcome: Outcome, { on }: Picked): boolean {
    return outcome.ok || (outcome.verdict === 'stop' && !leavesModel(outcome.kind, on));
  }

  /** An attempt failed, or there was no room for it. */
  note(outcome: Outcome, picked: Picked): void {
    const { target, pool, on } = picked;
    this.full.delete(target);
    if (outcome.ok) return;
    if (outcome.full !== undefined) {
      this.full.set(target, { picked, failure: outcome });
      return;
    }
    this.#failures.push(outcome);
    if (this.#wasSent(target)) this.#left -= 1;
    if (outcome.verdict === 'stop') this.#unfit.add(pool);
    if (isPassing(outcome)) this.#sick.add(target.provider);
    if (!movesOn(outcome, on)) this.#over = true;
  }

  isUnfit({ pool }: Picked): boolean {
    return this.#unfit.has(pool);
  }

  isSick({ target }: Picked): boolean {
    return this.#sick.has(target.provider);
  }

  /** A place among the retries under way, to be given back; undefined where they are many already. */
  retry(): (() => void) | undefined {
    const { share, least } = this.settings.retries.budget;
    return this.host.retries.begin(share, least);
  }

  get #ended(): boolean {
    return this.#over || this.#left <= 0;
  }

  async #round(walk: Walk, first: Turn | undefined, begun?: Asked): Promise<Outcome | undefined> {
    const outcome = await this.#follow(walk, first, begun);
    if (outcome !== undefined || this.#ended) return outcome;
    // An account that is being tried must not turn clients away when it is the only one.
    const others = new Walk(this, walk.tried.values(), true);
    const last = await this.#follow(others, others.next());
    return last ?? (this.#ended ? undefined : this.#queue());
  }

  async #follow(walk: Walk, first: Turn | undefined, begun?: Asked): Promise<Outcome | undefined> {
    let asked = begun;
    for (let turn = first; turn !== undefined; turn = walk.next()) {
      const outcome = await this.#ask(turn.picked, walk, asked).finally(turn.end);
      if (outcome !== undefined || this.#ended) return outcome;
      asked = undefined;
    }
    return undefined;
  }

  /** What settles the request, if anything does. */
  async #ask(target: Picked, walk: Walk, begun?: Asked): Promise<Outcome | undefined> {
    const { picked, outcome } = await ask(this, target, walk, begun);
    if (this.settles(outcome, picked)) return outcome;
    this.note(outcome, picked);
    return undefined;
  }

  /** Waits until one of the accounts that were full has room. */
  async #queue(): Promise<Outcome | undefined> {
    while (this.full.size > 0 && !this.#ended) {
      const target = await this.call.room([...this.full.keys()]);
      const next = target && this.full.get(target);
      if (next === undefined) return undefined;
      const outcome = await this.#ask(next.picked, new Walk(this, [].values()));
      if (outcome !== undefined) return outcome;
    }
    return undefined;
  }

  /** Waits for the first cooldown to end, where that is near. */
  async #coolsSoon(): Promise<boolean> {
    const { wait } = this.settings;
    if (wait === 0) return false;
    const left = soonestEnd(this.candidates, this.host);
    if (left === undefined || this.#waited + left > wait) return false;
    const ms = Math.max(1, left) + this.means.random() * Math.min(mostLateMs, left / 4);
    this.#waited += ms;
    await pause(this.host.clock, ms, this.call.signal);
    return true;
  }

  #wasSent({ provider, account, model }: Target): boolean {
    const { attempts } = this.call;
    const last = attempts.findLast(
      (one) => one.account === account && one.provider === provider && one.model === model,
    );
    return last?.sent !== false;
  }
}
