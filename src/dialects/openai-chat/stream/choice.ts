// One choice of a stream: its chunks -> deltas of one candidate.
import type { Delta, Extra, NativePart, Opaque, ReasoningPart } from '../../../core/index.ts';
import { asArray, asObject, asString, type JsonObject } from '../../json.ts';
import { decodeFinish } from '../answer/finish.ts';
import { Members, own } from '../members.ts';
import { decodeAnnotation } from '../message/citations.ts';
import { decodeMedia } from '../message/decode-media.ts';
import { isOpaque, joinDetail, sealed, textOf } from '../message/details.ts';
import { Calls } from './calls.ts';
import { type Segment, Segments } from './segments.ts';

export class Choice {
  readonly #candidate: number;
  readonly #origin: string;
  readonly #segments: Segments;
  readonly #calls: Calls;
  #details: JsonObject[] = [];
  #reason: string | undefined;
  #extra: Extra | undefined;
  #refused = false;
  #audio: JsonObject | undefined;

  constructor(candidate: number, origin: string) {
    this.#candidate = candidate;
    this.#origin = origin;
    this.#segments = new Segments(candidate);
    this.#calls = new Calls(this.#segments, (data) => this.#opaque(data));
  }

  get finished(): boolean {
    return this.#reason !== undefined;
  }

  read(choice: JsonObject, deltas: Delta[]): void {
    // Some answer a request for a stream with the whole message in one chunk.
    const delta = asObject(choice.delta) ?? asObject(choice.message);
    if (delta !== undefined) this.#readDelta(delta, choice, deltas);
    const reason = asString(choice.finish_reason);
    if (reason === undefined || reason === '') return;
    this.#reason = reason;
    this.#segments.close(deltas);
    const members = new Members(choice);
    for (const name of ['index', 'delta', 'message', 'finish_reason', 'logprobs', 'usage']) members.take(name);
    this.#extra = members.extra();
  }

  #readDelta(delta: JsonObject, choice: JsonObject, deltas: Delta[]): void {
    const { content, reasoning_content: told, reasoning, refusal } = delta;
    const details = asArray(delta.reasoning_details)?.map(asObject) ?? [];
    for (const entry of details) if (entry !== undefined) joinDetail(this.#details, entry);
    if (typeof told === 'string' && told !== '') this.#think(told, undefined, deltas);
    else if (typeof reasoning === 'string' && reasoning !== '') this.#think(reasoning, 'reasoning', deltas);
    else if (details.length > 0) this.#think(textOf(details.filter((entry) => entry !== undefined)), 'details', deltas);
    if (typeof content === 'string') this.#text(content, choice, deltas);
    else for (const part of asArray(content) ?? []) this.#part(asObject(part), choice, deltas);
    if (typeof refusal === 'string' && refusal !== '') {
      this.#refused = true;
      this.#segments.grow(
        this.#tail('refusal') ?? this.#segments.add({ kind: 'refusal', text: '' }, deltas),
        refusal,
        deltas,
      );
    }
    this.#cite(asArray(delta.annotations), deltas);
    for (const call of asArray(delta.tool_calls) ?? []) this.#calls.read(asObject(call), deltas);
    const legacy = asObject(delta.function_call);
    if (legacy !== undefined) this.#calls.readLegacy(legacy, deltas);
    for (const image of asArray(delta.images) ?? []) this.#image(asObject(image), deltas);
    const audio = asObject(delta.audio);
    if (audio !== undefined) this.#audio = joinAudio(this.#audio, audio);
  }

  /** Mistral's content is a list while the model thinks: `[{type: 'thinking', thinking: [{type: 'text', text}]}]`. */
  #part(part: JsonObject | undefined, choice: JsonObject, deltas: Delta[]): void {
    if (part === undefined) return;
    if (part.type === 'text') return this.#text(asString(part.text) ?? '', choice, deltas);
    if (part.type === 'thinking') {
      const chunks = asArray(part.thinking)?.map((chunk) => asString(asObject(chunk)?.text) ?? '') ?? [];
      return this.#think(chunks.join(''), undefined, deltas);
    }
    this.#segments.add({ kind: 'native', dialect: own, type: asString(part.type) ?? '', raw: part }, deltas);
  }

  #text(text: string, choice: JsonObject, deltas: Delta[]): void {
    const logprobs = asArray(asObject(choice.logprobs)?.content);
    if (text === '' && (logprobs === undefined || logprobs.length === 0)) return;
    const segment = this.#tail('text') ?? this.#segments.add({ kind: 'text', text: '' }, deltas);
    if (logprobs === undefined || logprobs.length === 0) this.#segments.grow(segment, text, deltas);
    else this.#segments.tell(text, { logprobs }, segment, deltas);
  }

  #think(text: string, spelled: string | undefined, deltas: Delta[]): void {
    if (text === '') return;
    const found = this.#tail('reasoning');
    if (found !== undefined) return this.#segments.grow(found, text, deltas);
    const extra = spelled === undefined ? {} : ({ extra: { dialect: own, form: { reasoning: spelled } } } as const);
    this.#segments.grow(this.#segments.add({ kind: 'reasoning', text: '', ...extra }, deltas), text, deltas);
  }

  #tail(kind: 'text' | 'refusal' | 'reasoning'): Segment | undefined {
    const { last } = this.#segments;
    return last?.part.kind === kind ? last : undefined;
  }

  #cite(annotations: readonly unknown[] | undefined, deltas: Delta[]): void {
    if (annotations === undefined || annotations.length === 0) return;
    const segment = this.#tail('text') ?? this.#segments.add({ kind: 'text', text: '' }, deltas);
    this.#segments.tell('', { citations: annotations.map(decodeAnnotation) }, segment, deltas);
  }

  #image(node: JsonObject | undefined, deltas: Delta[]): void {
    const part =
      node && (decodeMedia('image_url', node) ?? ({ kind: 'native', dialect: own, type: 'image', raw: node } as const));
    if (part !== undefined) this.#segments.add(part, deltas);
  }

  finish(deltas: Delta[]): void {
    // Blobs come last with some vendors, after the reasoning they belong to.
    if (isOpaque(this.#details)) this.#segments.add(this.#blob(), deltas);
    if (this.#audio !== undefined) this.#segments.add(audioPart(this.#audio), deltas);
    this.#segments.close(deltas);
    const finish = decodeFinish(this.#reason, this.#calls.any, this.#refused);
    const extra = this.#extra ?? { dialect: own };
    deltas.push({ type: 'finish', candidate: this.#candidate, finish, extra });
  }

  #blob(): ReasoningPart {
    return { kind: 'reasoning', text: '', opaque: this.#opaque(sealed(this.#details)) };
  }

  #opaque(data: string): Opaque {
    return { origin: this.#origin, data };
  }
}

function joinAudio(before: JsonObject | undefined, piece: JsonObject): JsonObject {
  const join = (name: string) => `${before?.[name] ?? ''}${piece[name] ?? ''}`;
  return { ...before, ...piece, data: join('data'), transcript: join('transcript') };
}

function audioPart(raw: JsonObject): NativePart {
  return { kind: 'native', dialect: own, type: 'audio', raw };
}
