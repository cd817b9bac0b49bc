// A message as events: text and refusals that follow each other are its pieces.
import type { Citation, PartDelta, PartEnd } from '../../../core/index.ts';
import { encodePiece, messageEnd, messageStart, type Spoken } from '../answer/items-out.ts';
import { encodeCitation } from '../content/text.ts';
import { itemId } from '../ids.ts';
import { type Draft, own } from '../members.ts';
import { deltaHead } from './events.ts';
import type { Output } from './items-out.ts';

interface Piece {
  readonly part: Spoken;
  readonly head: string;
  text: string;
  citations: Citation[];
  /** Citations still to be told. */
  waiting: Citation[];
  logprobs: unknown[];
  /** Annotations told. */
  annotations: number;
}

export class Message {
  readonly #output: Output;
  readonly #start: Draft;
  readonly #index: number;
  readonly #done: Spoken[] = [];
  #piece: Piece | undefined;

  constructor(output: Output, first: Spoken) {
    this.#output = output;
    this.#index = output.items.length;
    this.#start = {
      id: itemId('msg', output.reply.callId, this.#index),
      ...messageStart(first, this.#index, output.reply),
    };
  }

  open(): string {
    const item = { ...this.#start, status: 'in_progress', content: [] };
    return this.#output.events.event('response.output_item.added', { output_index: this.#index, item });
  }

  piece({ part }: { readonly part: Spoken }): string {
    const empty = part.kind === 'text' ? blankText(part) : { ...part, text: '' };
    const head = deltaHead(`${typeOf(part)}.delta`, this.#place());
    this.#piece = { part: empty, head, text: '', citations: [], waiting: [], logprobs: [], annotations: 0 };
    const added = { ...this.#place(), part: encodePiece(empty, this.#output.reply) };
    return this.#output.events.event('response.content_part.added', added);
  }

  grow({ text, citations, logprobs }: Pick<PartDelta, 'text' | 'citations' | 'logprobs'>): string {
    const piece = this.#piece;
    if (piece === undefined) return '';
    const { events } = this.#output;
    let told = '';
    if (text !== '' || logprobs !== undefined) {
      piece.text += text;
      for (const entry of logprobs ?? []) piece.logprobs.push(entry);
      const tail =
        piece.part.kind === 'refusal' ? '' : `,"logprobs":${logprobs === undefined ? '[]' : JSON.stringify(logprobs)}`;
      told = events.delta(`${typeOf(piece.part)}.delta`, piece.head, text, tail);
    }
    if (citations === undefined) return told;
    for (const citation of citations) piece.waiting.push(citation);
    // One without offsets is of the whole text, which is not known yet; those behind it keep their order.
    return piece.waiting.some(isUnplaced) ? told : told + this.#cite(piece);
  }

  endPiece({ set }: Pick<PartEnd, 'set'>): string {
    const piece = this.#piece;
    if (piece === undefined) return '';
    // Citations given in the end replace those before: only what is new is still to be told.
    piece.waiting.push(...(set?.citations?.slice(piece.citations.length + piece.waiting.length) ?? []));
    const cited = this.#cite(piece);
    const part = finished(piece, set);
    const place = this.#place();
    this.#piece = undefined;
    this.#done.push(part);
    const { events, reply } = this.#output;
    const content = encodePiece(part, reply);
    const whole = part.kind === 'refusal' ? { refusal: part.text } : { text: part.text, logprobs: part.logprobs ?? [] };
    return (
      cited +
      events.event(`${typeOf(part)}.done`, { ...place, ...whole }) +
      events.event('response.content_part.done', { ...place, part: content })
    );
  }

  close(): string {
    const { events, items, reply } = this.#output;
    const { empty: _, ...end } = messageEnd(this.#done.at(-1));
    const item = { ...this.#start, ...end, content: this.#done.map((part) => encodePiece(part, reply)) };
    items.push(item);
    return events.event('response.output_item.done', { output_index: this.#index, item });
  }

  #cite(piece: Piece): string {
    const { events } = this.#output;
    let told = '';
    for (const citation of piece.waiting.splice(0)) {
      piece.citations.push(citation);
      const [annotation] = encodeCitation(citation, piece.text.length);
      if (annotation === undefined) continue;
      const place = { ...this.#place(), annotation_index: piece.annotations++ };
      told += events.event('response.output_text.annotation.added', { ...place, annotation });
    }
    return told;
  }

  #place(): Draft {
    return { item_id: this.#start.id, output_index: this.#index, content_index: this.#done.length };
  }
}

function typeOf({ kind }: Spoken): string {
  return kind === 'refusal' ? 'response.refusal' : 'response.output_text';
}

function isUnplaced({ url, start, extra }: Citation): boolean {
  return url !== undefined && start === undefined && extra?.dialect !== own;
}

function blankText({ citations: _, logprobs: __, ...part }: Extract<Spoken, { kind: 'text' }>): Spoken {
  return { ...part, text: '' };
}

function finished({ part, text, citations, logprobs }: Piece, set: PartEnd['set']): Spoken {
  const extra = set?.extra ?? part.extra;
  const whole = { ...part, text, ...(extra === undefined ? {} : { extra }) };
  if (whole.kind === 'refusal') return whole;
  return {
    ...whole,
    ...(citations.length === 0 ? {} : { citations }),
    ...(logprobs.length === 0 ? {} : { logprobs }),
  };
}
