// Where in a growing text a match of one rule could have begun that has not ended yet.
import type { Steps } from '../rules/steps.ts';

export class Prospect {
  readonly #steps: Steps;
  /** State -> where the earliest way into it began. */
  #states = new Map<number, number>();
  #next = new Map<number, number>();
  /** A match may have ended somewhere since the beginning. */
  touched = false;

  constructor(steps: Steps) {
    this.#steps = steps;
  }

  /** `at`: where `text` stands. */
  push(text: string, at: number): void {
    let offset = at;
    for (const character of text) {
      this.#step(character.codePointAt(0) ?? 0, offset);
      offset += character.length;
    }
  }

  /** The earliest place that a match still to come, or to grow, could begin at. */
  earliest(): number | undefined {
    let found: number | undefined;
    for (const [state, start] of this.#states) {
      if ((found === undefined || start < found) && this.#steps.state(state).open) found = start;
    }
    return found;
  }

  reset(): void {
    this.#states.clear();
    this.touched = false;
  }

  #step(rune: number, at: number): void {
    const begins = this.#steps.mayBegin(rune);
    if (!begins && this.#states.size === 0) return;
    const next = this.#next;
    for (const [state, start] of this.#states) this.#follow(next, state, start, rune);
    if (begins) this.#follow(next, this.#steps.start, at, rune);
    this.#next = this.#states;
    this.#next.clear();
    this.#states = next;
  }

  #follow(next: Map<number, number>, from: number, start: number, rune: number): void {
    for (const { takes, to } of this.#steps.state(from).ways) {
      if (!takes(rune)) continue;
      const other = next.get(to);
      if (other === undefined || start < other) next.set(to, start);
      if (!this.touched && this.#steps.state(to).ends) this.touched = true;
    }
  }
}
