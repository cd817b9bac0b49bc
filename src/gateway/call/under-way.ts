// What goes on upstream for a call: usually one exchange, two where an answer is asked for twice. It is stopped when the
// call is given up, and told when the call has ended.
import type { CallEnd } from '../../core/index.ts';
import { Unwanted } from '../../upstream/unwanted.ts';

/** No fault of an upstream that is still being asked when the call ends. */
const ended = new Unwanted();

export interface Work {
  abort(reason: Error): void;
  /** The call has ended. */
  over?(end: CallEnd): void;
}

export class UnderWay {
  #works: readonly Work[] = [];

  add(work: Work): void {
    this.#works = this.#works.length === 0 ? [work] : [...this.#works, work];
  }

  delete(work: Work): void {
    this.#works = this.#works.filter((other) => other !== work);
  }

  abort(reason: Error): void {
    for (const work of this.#works) work.abort(reason);
  }

  /** Nobody wants any more of it. */
  stop(): void {
    this.abort(ended);
  }

  end(end: CallEnd): void {
    for (const work of this.#works) work.over?.(end);
  }
}
