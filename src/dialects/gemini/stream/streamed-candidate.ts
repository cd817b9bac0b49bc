// One candidate of a stream that is written: what of it is said at once, and what has to wait until its part is whole.
import type { Citation, JsonObject, Part, PartDelta, PartEnding, ReplyFacts, TextPart } from '../../../core/index.ts';
import { answerSaying, isHidden } from '../answer/saying.ts';
import { writeGrounding } from '../answer/write-grounding.ts';
import { writePart } from '../wire/write-part.ts';
import { oneLine } from './one-line.ts';

export class StreamedCandidate {
  /** Texts with citations or probabilities, and searches: what the last chunk sums up. */
  readonly parts: Part[] = [];
  readonly #index: number;
  readonly #reply: ReplyFacts;
  readonly #textHead: string;
  readonly #thoughtHead: string;
  readonly #textTail: string;
  #part: Part | undefined;
  #text = '';
  /** Told since the part began. */
  #citations: Citation[] = [];
  #logprobs: unknown[] = [];

  constructor(index: number, reply: ReplyFacts) {
    this.#index = index;
    this.#reply = reply;
    this.#textHead = 'data: {"candidates":[{"content":{"parts":[{"text":';
    this.#thoughtHead = 'data: {"candidates":[{"content":{"parts":[{"thought":true,"text":';
    this.#textTail = `}],"role":"model"},"index":${index}}]`;
  }

  start(part: Part, tail: string): string {
    this.#part = part;
    this.#text = '';
    this.#citations = [];
    this.#logprobs = [];
    if (part.kind === 'search') {
      this.parts.push(part);
      const { groundingMetadata } = writeGrounding([part], []);
      return groundingMetadata === undefined ? '' : this.#chunk({ groundingMetadata, index: this.#index }, tail);
    }
    return isText(part) && part.text !== '' ? this.#say(part, part.text, tail) : '';
  }

  grow(delta: PartDelta, tail: string): string {
    const part = this.#part;
    if (part === undefined) return '';
    this.#text += delta.text;
    for (const citation of delta.citations ?? []) this.#citations.push(citation);
    for (const entry of delta.logprobs ?? []) this.#logprobs.push(entry);
    return isText(part) && delta.text !== '' ? this.#say(part, delta.text, tail) : '';
  }

  end(set: PartEnding | undefined, tail: string): string {
    if (this.#part === undefined) return '';
    const grown = this.#part.kind === 'text' ? this.#grown(this.#part) : this.#part;
    const part = (set === undefined ? grown : { ...grown, ...set }) as Part;
    this.#part = undefined;
    if (part.kind === 'search') return '';
    if (part.kind === 'text') this.parts.push(whole(part, this.#text));
    const { signature, written } = this.#ending(part);
    if (written === undefined || (isText(part) && signature === undefined)) return '';
    return this.#chunk({ content: { parts: [written], role: 'model' }, index: this.#index }, tail);
  }

  #grown(part: TextPart): TextPart {
    const [citations, logprobs] = [this.#citations, this.#logprobs];
    return {
      ...part,
      ...(citations.length === 0 ? {} : { citations: [...(part.citations ?? []), ...citations] }),
      ...(logprobs.length === 0 ? {} : { logprobs: [...(part.logprobs ?? []), ...logprobs] }),
    };
  }

  /** The text has been said: a signature follows it on an empty one, as the vendor does it. */
  #ending(part: Part): { readonly signature: unknown; readonly written: JsonObject | undefined } {
    const rest: Part = isText(part) ? ({ ...part, text: '' } as Part) : part;
    const all = rest.kind === 'tool-call' ? { ...rest, arguments: rest.arguments + this.#text } : rest;
    const written = writePart(all, all.extra?.dialect, answerSaying(this.#reply));
    return { signature: written?.thoughtSignature, written };
  }

  #say(part: Part, text: string, tail: string): string {
    if (part.kind !== 'reasoning') return this.#textHead + oneLine(JSON.stringify(text)) + this.#textTail + tail;
    if (isHidden(part, this.#reply)) return '';
    return this.#thoughtHead + oneLine(JSON.stringify(text)) + this.#textTail + tail;
  }

  #chunk(candidate: JsonObject, tail: string): string {
    return `data: {"candidates":[${oneLine(JSON.stringify(candidate))}]${tail}`;
  }
}

function isText(part: Part): part is Part & { readonly text: string } {
  return part.kind === 'text' || part.kind === 'reasoning' || part.kind === 'refusal';
}

function whole(part: TextPart, text: string): TextPart {
  return { ...part, text: part.text + text };
}
