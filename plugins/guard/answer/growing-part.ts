// One part of an answer while it grows: what of its text may be told by now, and what stood beside the text and has to wait
// for it.
import type { Citation, Delta, Part, PartDelta, PartEnd, PartStart } from 'portico';
import { JsonPassage } from '../text/json-passage.ts';
import { type Found, Passage, passed, type Rules } from '../text/passage.ts';

type TextPart = Extract<Part, { kind: 'text' | 'refusal' | 'reasoning' }>;
type CallPart = Extract<Part, { kind: 'tool-call' }>;
export type Growing = TextPart | CallPart;

export class GrowingPart {
  readonly #rules: Rules;
  readonly #found: Found;
  readonly #passage: Passage | JsonPassage;
  #citations: readonly Citation[] = [];

  constructor(part: Growing, rules: Rules, found: Found) {
    this.#rules = rules;
    this.#found = found;
    const json = part.kind === 'tool-call' && part.custom !== true;
    this.#passage = json ? new JsonPassage(rules, found) : new Passage(rules, found);
  }

  start(delta: PartStart, part: Growing): Delta {
    if (part.kind === 'tool-call')
      return { ...delta, part: { ...part, arguments: this.#passage.push(part.arguments) } };
    const text = this.#passage.push(part.text);
    if (part.kind !== 'text') return { ...delta, part: { ...part, text } };
    // Log probabilities spell the text.
    const { citations = [], logprobs: _, ...rest } = part;
    this.#citations = citations;
    return { ...delta, part: { ...rest, text } };
  }

  grow({ logprobs: _, citations = [], text, ...delta }: PartDelta): readonly Delta[] {
    if (citations.length > 0) this.#citations = [...this.#citations, ...citations];
    const told = this.#passage.push(text);
    return told === '' ? [] : [{ ...delta, text: told }];
  }

  end(delta: PartEnd): readonly Delta[] {
    const { candidate, index, set } = delta;
    const text = this.#passage.end();
    const citations = this.#citations.map((citation) => this.#placed(citation));
    const rest: PartDelta = { type: 'part-delta', candidate, index, text };
    const last = citations.length > 0 ? { ...rest, citations } : rest;
    const tail = text === '' && citations.length === 0 ? [] : [last];
    if (set?.citations === undefined) return [...tail, delta];
    return [...tail, { ...delta, set: { ...set, citations: set.citations.map((each) => this.#placed(each)) } }];
  }

  /** What a citation says passes the rules too; its place is the one in the text that is told. */
  #placed(citation: Citation): Citation {
    const { start, end, quote, title, url } = citation;
    const passage = this.#passage;
    const said = (text: string) => passed(text, this.#rules, this.#found);
    const moved = passage instanceof Passage && passage.changed;
    return {
      ...citation,
      ...(quote === undefined ? {} : { quote: said(quote) }),
      ...(title === undefined ? {} : { title: said(title) }),
      ...(url === undefined ? {} : { url: said(url) }),
      ...(moved && start !== undefined ? { start: passage.placeOf(start, false) } : {}),
      ...(moved && end !== undefined ? { end: passage.placeOf(end, true) } : {}),
    };
  }
}
