// A message of a stream while it grows: its pieces of content are parts. A piece ends when the next begins or the message
// ends, because only then is known whether it was the last.
import type { Delta, JsonObject, Part } from '../../../core/index.ts';
import { asArray, asObject } from '../../json.ts';
import { decodeMessage, decodePiece, messageForms } from '../answer/items-in.ts';
import { decodeCitation } from '../content/text.ts';
import type { Draft } from '../members.ts';
import type { OpenItem } from './items-in.ts';
import { Growing, type Kinds } from './parts.ts';

interface Piece {
  readonly at: number;
  readonly growing: Growing;
  /** What the message began with, on its first piece. */
  readonly start: Draft | undefined;
  citations: number;
  logprobs: number;
  /** As the upstream told it when it was done. */
  final: JsonObject | undefined;
}

const nothing: readonly Delta[] = [];

export class OpenMessage implements OpenItem {
  readonly #item: JsonObject;
  readonly #parts: Kinds;
  #piece: Piece | undefined;
  #next = 0;

  constructor(item: JsonObject, parts: Kinds) {
    this.#item = item;
    this.#parts = parts;
  }

  begin(): readonly Delta[] {
    return nothing;
  }

  grow(type: string, body: JsonObject): readonly Delta[] {
    const at = typeof body.content_index === 'number' ? body.content_index : (this.#piece?.at ?? 0);
    switch (type) {
      case 'response.output_text.delta':
        return this.#said(at, 'output_text', body);
      case 'response.refusal.delta':
        return this.#said(at, 'refusal', body);
      case 'response.content_part.added':
        return at < this.#next ? nothing : this.#open(at, asObject(body.part) ?? {});
      case 'response.output_text.annotation.added':
        return this.#cited(at, body.annotation);
      case 'response.output_text.done':
        return this.#told(at, { type: 'output_text', text: body.text });
      case 'response.refusal.done':
        return this.#told(at, { type: 'refusal', refusal: body.refusal });
      case 'response.content_part.done':
        return this.#done(at, asObject(body.part));
      default:
        return nothing;
    }
  }

  close(final: JsonObject | undefined): readonly Delta[] {
    const { end } = messageForms(final ?? this.#item);
    const content = asArray(final?.content) ?? [];
    const deltas: Delta[] = [];
    for (const [at, value] of content.entries()) {
      const piece = asObject(value) ?? {};
      if (at < this.#next - 1) continue;
      if (at >= this.#next) deltas.push(...this.#open(at, piece));
      if (this.#piece !== undefined) this.#piece.final = piece;
    }
    if (this.#piece !== undefined) return [...deltas, ...this.#endPiece(end)];
    // A message without content.
    return decodeMessage({ ...(final ?? this.#item), content: [] }).flatMap((part) => {
      const { growing, delta } = Growing.start(part, this.#parts);
      return [delta, growing.end()];
    });
  }

  #said(at: number, type: string, body: JsonObject): readonly Delta[] {
    const { delta: text } = body;
    if (typeof text !== 'string' || at < this.#next - 1) return nothing;
    const opened = at >= this.#next ? this.#open(at, { type }) : nothing;
    const piece = this.#piece;
    if (piece === undefined) return opened;
    const logprobs = asArray(body.logprobs) ?? [];
    if (logprobs.length > 0) {
      piece.logprobs += logprobs.length;
      return [...opened, piece.growing.logprobs(text, logprobs)];
    }
    const said = piece.growing.text(text);
    return opened.length === 0 ? [said] : [...opened, said];
  }

  #cited(at: number, annotation: unknown): readonly Delta[] {
    const piece = this.#piece;
    if (piece?.at !== at) return nothing;
    piece.citations += 1;
    return [piece.growing.cited([decodeCitation(annotation)])];
  }

  #told(at: number, piece: JsonObject): readonly Delta[] {
    const opened = at >= this.#next ? this.#open(at, { type: piece.type }) : nothing;
    return this.#piece?.at === at ? [...opened, ...this.#piece.growing.rest(textOf(piece))] : opened;
  }

  #done(at: number, final: JsonObject | undefined): readonly Delta[] {
    if (final === undefined) return nothing;
    const opened = at >= this.#next ? this.#open(at, final) : nothing;
    if (this.#piece?.at !== at) return opened;
    this.#piece.final = final;
    return [...opened, ...this.#piece.growing.rest(textOf(final))];
  }

  #open(at: number, piece: JsonObject): Delta[] {
    const before = this.#piece === undefined ? [] : this.#endPiece(undefined);
    const start = this.#next === 0 ? messageForms(this.#item).start : undefined;
    this.#next = at + 1;
    const { growing, delta } = Growing.start(blank(decodePiece(piece, start, undefined)), this.#parts);
    this.#piece = { at, growing, start, citations: 0, logprobs: 0, final: undefined };
    return [...before, delta];
  }

  #endPiece(end: Draft | undefined): Delta[] {
    const piece = this.#piece;
    if (piece === undefined) return [];
    this.#piece = undefined;
    const { growing, start, final } = piece;
    if (final === undefined) return [growing.end()];
    const part = decodePiece(final, start, end);
    const deltas = growing.rest('text' in part ? part.text : '');
    const { citations = [], logprobs = [] } = part.kind === 'text' ? part : {};
    // Told with the last event only.
    if (piece.logprobs === 0 && logprobs.length > 0) deltas.push(growing.logprobs('', logprobs));
    const cited = citations.length > piece.citations ? { citations } : {};
    const { extra } = part as { extra?: Part['extra'] };
    return [...deltas, growing.end({ ...(extra === undefined ? {} : { extra }), ...cited })];
  }
}

function textOf(piece: JsonObject): string {
  const text = piece.type === 'refusal' ? piece.refusal : piece.text;
  return typeof text === 'string' ? text : '';
}

/** A part that has not said anything yet. */
function blank(part: Part): Part {
  if (part.kind === 'refusal') return { ...part, text: '' };
  if (part.kind !== 'text') return part;
  const { citations: _, logprobs: __, ...rest } = part;
  return { ...rest, text: '' };
}
