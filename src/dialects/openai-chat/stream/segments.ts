// Parts of one choice, told one after the other although they may come interleaved: one is open, later ones wait until
// the open one is whole (wire.md 9.2).
import type { Citation, Delta, Opaque, Part, PartEnding } from '../../../core/index.ts';
import { parseArguments } from '../../canonical/numbers.ts';

export interface Segment {
  readonly part: Part;
  /** What came before its turn. */
  waiting: string;
  /** Arguments of a call so far. */
  text: string;
  state: 'waiting' | 'open' | 'closed';
  opaque: Opaque | undefined;
}

export class Segments {
  readonly #candidate: number;
  #queue: Segment[] = [];
  #index = -1;

  constructor(candidate: number) {
    this.#candidate = candidate;
  }

  /** The part that came last, while it can still grow. */
  get last(): Segment | undefined {
    return this.#queue[this.#queue.length - 1];
  }

  add(part: Part, deltas: Delta[]): Segment {
    const segment: Segment = { part, waiting: '', text: '', state: 'waiting', opaque: part.opaque };
    this.#queue.push(segment);
    this.#advance(deltas);
    return segment;
  }

  grow(segment: Segment, text: string, deltas: Delta[]): void {
    const isCall = segment.part.kind === 'tool-call';
    if (isCall) segment.text += text;
    if (segment.state === 'waiting') segment.waiting += text;
    // What comes after the arguments were whole can only be blanks.
    else if (segment.state === 'open') deltas.push(this.#delta(text));
    if (isCall && this.#queue.length > 1) this.#advance(deltas);
  }

  /** Text with what belongs to it. */
  tell(
    text: string,
    more: { readonly citations?: readonly Citation[]; readonly logprobs?: readonly unknown[] },
    segment: Segment,
    deltas: Delta[],
  ): void {
    if (segment.state === 'open') deltas.push({ ...this.#delta(text), ...more });
    else this.grow(segment, text, deltas);
  }

  /** All that has been said is whole. */
  close(deltas: Delta[]): void {
    while (this.#queue.length > 0) this.#shift(deltas);
  }

  #advance(deltas: Delta[]): void {
    for (;;) {
      const [head, next] = this.#queue;
      if (head === undefined) return;
      if (head.state === 'waiting') this.#open(head, deltas);
      if (next === undefined || !isWhole(head)) return;
      this.#shift(deltas);
    }
  }

  #shift(deltas: Delta[]): void {
    const head = this.#queue.shift();
    if (head === undefined) return;
    if (head.state === 'waiting') this.#open(head, deltas);
    head.state = 'closed';
    const set: PartEnding | undefined =
      head.opaque === undefined || head.part.opaque !== undefined ? undefined : { opaque: head.opaque };
    const end = { type: 'part-end', candidate: this.#candidate, index: this.#index } as const;
    deltas.push(set === undefined ? end : { ...end, set });
  }

  #open(segment: Segment, deltas: Delta[]): void {
    segment.state = 'open';
    this.#index += 1;
    deltas.push({ type: 'part-start', candidate: this.#candidate, index: this.#index, part: segment.part });
    if (segment.waiting !== '') deltas.push(this.#delta(segment.waiting));
    segment.waiting = '';
  }

  #delta(text: string): Delta & { type: 'part-delta' } {
    return { type: 'part-delta', candidate: this.#candidate, index: this.#index, text };
  }
}

/** Of a call: its arguments are JSON. One that has none yet may still get some. */
function isWhole({ part, text }: Segment): boolean {
  if (part.kind !== 'tool-call') return true;
  if (part.custom) return text !== '';
  return text.trimEnd().endsWith('}') && parseArguments(text) !== undefined;
}
