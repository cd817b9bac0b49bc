// Goes through targets in their order and stops at those that are worth asking now; the others are passed over, with words.
import { describeStanding } from 'portico';
import type { Picked } from '../order/order.ts';
import type { Pursuit } from './pursuit.ts';

/** A target that is to be asked, and what to call when it has been. */
export interface Turn {
  readonly picked: Picked;
  readonly end: () => void;
}

const nothing = () => undefined;

export class Walk {
  /** Those that one request tries at this moment. */
  readonly tried: Picked[] = [];
  readonly #pursuit: Pursuit;
  readonly #picks: Iterator<Picked>;
  readonly #withTried: boolean;

  /** `withTried`: they are asked as well. */
  constructor(pursuit: Pursuit, picks: Iterator<Picked>, withTried = false) {
    this.#pursuit = pursuit;
    this.#picks = picks;
    this.#withTried = withTried;
  }

  next(): Turn | undefined {
    for (let next = this.#picks.next(); next.done !== true; next = this.#picks.next()) {
      const turn = this.#pursuit.isUnfit(next.value) ? undefined : this.#turnOf(next.value);
      if (turn !== undefined) return turn;
    }
    return undefined;
  }

  #turnOf(picked: Picked): Turn | undefined {
    const { state } = picked;
    if (state === 'cooling') return this.#pass(picked);
    if (state === 'tried' && !this.#withTried) {
      this.tried.push(picked);
      return this.#pass(picked);
    }
    if (!this.#pursuit.isSick(picked)) return { picked, end: nothing };
    const end = this.#pursuit.retry();
    if (end !== undefined) return { picked, end };
    this.#pursuit.call.pass(picked.target, 'its provider fails, and enough requests are retries already');
    return undefined;
  }

  #pass({ target, standing }: Picked): undefined {
    const words = describeStanding(standing, this.#pursuit.host.clock.now());
    if (words !== undefined) this.#pursuit.call.pass(target, words);
  }
}
