// Numbers the parts of an answer while its items come, and makes the deltas of one of them.
import type { Citation, Delta, Part, PartEnding } from '../../../core/index.ts';

/** The kinds of all parts so far: its length is the index of the next. */
export interface Kinds {
  readonly kinds: Part['kind'][];
}

/** A part that has started. */
export class Growing {
  readonly index: number;
  /** Characters told. */
  length = 0;

  constructor(index: number) {
    this.index = index;
  }

  static start(part: Part, parts: Kinds): { readonly growing: Growing; readonly delta: Delta } {
    const index = parts.kinds.push(part.kind) - 1;
    return { growing: new Growing(index), delta: { type: 'part-start', candidate: 0, index, part } };
  }

  text(text: string): Delta {
    this.length += text.length;
    return { type: 'part-delta', candidate: 0, index: this.index, text };
  }

  /** What is missing of a text that has now been told whole. */
  rest(whole: string): Delta[] {
    return whole.length > this.length ? [this.text(whole.slice(this.length))] : [];
  }

  logprobs(text: string, logprobs: readonly unknown[]): Delta {
    this.length += text.length;
    return { type: 'part-delta', candidate: 0, index: this.index, text, logprobs };
  }

  cited(citations: readonly Citation[]): Delta {
    return { type: 'part-delta', candidate: 0, index: this.index, text: '', citations };
  }

  end(set?: PartEnding): Delta {
    return { type: 'part-end', candidate: 0, index: this.index, ...(set === undefined ? {} : { set }) };
  }
}
