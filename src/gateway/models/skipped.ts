// Who could have served a name, and why they are left out: collected while it is looked up, in bounded space.
import type { Skipped } from '../../core/index.ts';

const mostTold = 50;
const mostInWords = 8;

export class SkippedList {
  readonly #told = new Map<string, Skipped>();
  #more = 0;

  /** The same twice (two targets of a group lead to one account) is told once. */
  add(one: Skipped): void {
    const id = `${one.provider}/${one.account ?? ''} ${one.model ?? ''} ${one.reason}`;
    if (this.#told.has(id)) return;
    if (this.#told.size < mostTold) this.#told.set(id, one);
    else this.#more += 1;
  }

  get told(): readonly Skipped[] {
    return [...this.#told.values()];
  }

  /** How many there were besides. */
  get more(): number {
    return this.#more;
  }
}

/** `local/main: does not serve large; local/spare: switched off in the configuration; and 3 more`. */
export function inWords(skipped: readonly Skipped[], more = 0): string {
  const all = skipped.map(({ provider, account, reason }) => {
    return `${account === undefined ? provider : `${provider}/${account}`}: ${reason}`;
  });
  // One that is left out of several models is told once.
  const told = [...new Set(all)];
  const shown = told.slice(0, mostInWords);
  const rest = told.length - shown.length + more;
  return [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
}
