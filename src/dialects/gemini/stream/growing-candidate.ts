// One candidate of a stream. Runs of text are one part until the kind changes; calls, media and the like come whole. A
// signature ends the part it came with: what follows is another.
import type { Citation, Delta, JsonObject, Opaque, Origin, Part, PartEnding } from '../../../core/index.ts';
import { asArray, asObject } from '../../json.ts';
import { keptOf, searchId } from '../answer/decode-candidate.ts';
import { decodeFinish } from '../answer/finish.ts';
import { readLogprobs } from '../answer/logprobs.ts';
import { readGrounding } from '../answer/read-grounding.ts';
import type { Told } from '../answer/segments.ts';
import { extraOf, Members } from '../wire/members.ts';
import { readPart } from '../wire/read-part.ts';
import { PartialCall } from './partial-call.ts';

/** Read by itself; everything else of a candidate is kept, the last of each. */
const read = new Set(['content', 'index', 'finishReason', 'finishMessage']);

interface Run {
  readonly kind: 'text' | 'reasoning';
  readonly index: number;
  text: string;
  opaque: Opaque | undefined;
}

export class GrowingCandidate {
  readonly #candidate: number;
  readonly #answerId: string;
  readonly #from: Origin;
  #next = 0;
  #run: Run | undefined;
  /** The texts told so far, to find the places of citations in. */
  readonly #told: Told[] = [];
  #partial: PartialCall | undefined;
  #calls = false;
  #searched = false;
  #reason: string | number | undefined;
  #message: string | undefined;
  #about: Record<string, unknown> = {};

  constructor(candidate: number, answerId: string, from: Origin) {
    this.#candidate = candidate;
    this.#answerId = answerId;
    this.#from = from;
  }

  get isFinished(): boolean {
    return this.#reason !== undefined;
  }

  chunk(raw: JsonObject, deltas: Delta[]): void {
    const parts = asArray(asObject(raw.content)?.parts) ?? [];
    const { finishReason } = raw;
    const before = deltas.length;
    for (const part of parts) this.#part(part, deltas);
    // Something more after a reason: it was not the last.
    if (deltas.length > before) this.#reason = undefined;
    if (typeof finishReason === 'string' || typeof finishReason === 'number') this.#reason = finishReason;
    if (typeof raw.finishMessage === 'string') this.#message = raw.finishMessage;
    for (const name in raw) if (!read.has(name) && raw[name] !== null) this.#note(name, raw, deltas);
  }

  /** What is left to tell when the body has ended. */
  end(): Delta[] {
    const deltas: Delta[] = [];
    if (this.#partial !== undefined) this.#whole(this.#partial.part(), deltas);
    const members = new Members(this.#about);
    const kept = keptOf(members);
    const told =
      this.#run?.kind === 'text' ? [...this.#told, { text: this.#run.text, index: this.#run.index }] : this.#told;
    const id = searchId(this.#answerId, this.#candidate);
    const { search, citations } = readGrounding(kept.groundingMetadata, kept.citationMetadata, anywhere(told), id);
    // Only the last text can still be given citations.
    this.#close(deltas, citations.get(told.length - 1));
    if (search !== undefined && !this.#searched) this.#whole(search, deltas);
    if (this.#reason === undefined) return deltas;
    const form = {
      ...(Object.keys(kept).length === 0 ? {} : { kept }),
      ...(typeof this.#reason === 'number' ? { finishReason: this.#reason } : {}),
    };
    const finish = decodeFinish(this.#reason, this.#message, this.#calls);
    deltas.push({ type: 'finish', candidate: this.#candidate, finish, ...extraOf(members.rest(), form) });
    return deltas;
  }

  #note(name: string, raw: JsonObject, deltas: Delta[]): void {
    const value = raw[name];
    if (name === 'logprobsResult') return this.#logprobs(asObject(value), deltas);
    this.#about[name] = value;
    // A search told before there is any text stands in front of it.
    if (name !== 'groundingMetadata' || this.#next > 0 || this.#searched) return;
    const { search } = readGrounding(asObject(value), undefined, [], searchId(this.#answerId, this.#candidate));
    if (search === undefined) return;
    this.#searched = true;
    this.#whole(search, deltas);
  }

  /** Those of each chunk are of the text in it. */
  #logprobs(result: JsonObject | undefined, deltas: Delta[]): void {
    const logprobs = readLogprobs(result);
    if (logprobs === undefined || this.#run?.kind !== 'text') return;
    deltas.push({ type: 'part-delta', candidate: this.#candidate, index: this.#run.index, text: '', logprobs });
  }

  #part(raw: unknown, deltas: Delta[]): void {
    const part = asObject(raw);
    if (part === undefined) return;
    const { text, thoughtSignature } = part;
    if (typeof text === 'string') return this.#text(text, part.thought === true, thoughtSignature, deltas);
    const call = asObject(part.functionCall);
    if (call !== undefined && (this.#partial !== undefined || PartialCall.isOne(call))) {
      return this.#piece(call, thoughtSignature, deltas);
    }
    const empty = Object.keys(part).every((name) => name === 'thoughtSignature' || name === 'thought');
    if (empty) return this.#text('', part.thought === true, thoughtSignature, deltas);
    this.#whole(
      readPart(part, (data) => this.#issued(data)),
      deltas,
    );
  }

  #text(text: string, thought: boolean, signature: unknown, deltas: Delta[]): void {
    const kind = thought ? 'reasoning' : 'text';
    const signed = typeof signature === 'string' && signature !== '';
    if (text === '' && !signed) return;
    let run = this.#run;
    if (run === undefined || run.kind !== kind || (text !== '' && run.opaque !== undefined)) {
      this.#close(deltas);
      run = { kind, index: this.#next++, text: '', opaque: undefined };
      this.#run = run;
      deltas.push({ type: 'part-start', candidate: this.#candidate, index: run.index, part: { kind, text: '' } });
    }
    if (text !== '') {
      run.text += text;
      deltas.push({ type: 'part-delta', candidate: this.#candidate, index: run.index, text });
    }
    if (signed) run.opaque = this.#issued(signature);
  }

  #issued(data: string): Opaque {
    return { origin: this.#from.origin, data };
  }

  #close(deltas: Delta[], citations?: readonly Citation[]): void {
    const run = this.#run;
    if (run === undefined) return;
    this.#run = undefined;
    if (run.kind === 'text') this.#told.push({ text: run.text, index: run.index });
    const set: PartEnding = {
      ...(run.opaque === undefined ? {} : { opaque: run.opaque }),
      ...(citations === undefined || run.kind !== 'text' ? {} : { citations }),
    };
    const some = run.opaque !== undefined || set.citations !== undefined;
    deltas.push({ type: 'part-end', candidate: this.#candidate, index: run.index, ...(some ? { set } : {}) });
  }

  /** A part that does not grow. Its index counts the parts of the candidate, not those of the chunk (gcli2api#406). */
  #whole(part: Part, deltas: Delta[]): void {
    this.#close(deltas);
    const candidate = this.#candidate;
    const index = this.#next++;
    if (part.kind === 'tool-call') {
      this.#calls = true;
      deltas.push({ type: 'part-start', candidate, index, part: { ...part, arguments: '' } });
      deltas.push({ type: 'part-delta', candidate, index, text: part.arguments });
    } else {
      deltas.push({ type: 'part-start', candidate, index, part });
    }
    deltas.push({ type: 'part-end', candidate, index });
  }

  #piece(call: JsonObject, signature: unknown, deltas: Delta[]): void {
    if (typeof call.name === 'string' && this.#partial !== undefined) {
      // Another begins although the one before did not end.
      this.#whole(this.#partial.part(), deltas);
      this.#partial = undefined;
    }
    this.#partial ??= new PartialCall();
    const blob = typeof signature === 'string' ? this.#issued(signature) : undefined;
    if (this.#partial.add(call, blob)) return;
    this.#whole(this.#partial.part(), deltas);
    this.#partial = undefined;
  }
}

/** In a stream the parts have no index of their own: offsets are of all the text. */
function anywhere(told: readonly Told[]): Told[] {
  return told.map(({ text }) => ({ text, index: -1 }));
}
