// Deltas as a stream of GenerateContentResponses. Calls are told when they are whole; why the model stopped and what it
// used stand on the last chunk, which has content, too: some clients read nothing from a chunk without.
import type { AnswerEnd, Delta, Finished, JsonObject, Part, ReplyFacts, StreamEncoder } from '../../../core/index.ts';
import { encodeFoundations } from '../answer/encode-candidate.ts';
import { encodeFinish, encodeOwnFinish } from '../answer/finish.ts';
import { encodeUsage } from '../answer/usage.ts';
import { formOf, spelled } from '../wire/spell.ts';
import { oneLine } from './one-line.ts';
import { StreamedCandidate } from './streamed-candidate.ts';

export function encodeStream(reply: ReplyFacts): StreamEncoder {
  return new Encoding(reply);
}

class Encoding implements StreamEncoder {
  readonly #reply: ReplyFacts;
  readonly #candidates = new Map<number, StreamedCandidate>();
  readonly #finished = new Map<number, Finished>();
  /** What every chunk repeats, from the comma on. */
  #tail = '';
  #head: JsonObject = {};

  constructor(reply: ReplyFacts) {
    this.#reply = reply;
    this.#name(reply.callId, reply.model);
  }

  delta(delta: Delta): string {
    switch (delta.type) {
      case 'answer-start':
        this.#name(delta.id ?? this.#reply.callId, delta.model ?? this.#reply.model);
        return '';
      case 'part-start':
        return this.#of(delta.candidate).start(delta.part, this.#tail);
      case 'part-delta':
        return this.#of(delta.candidate).grow(delta, this.#tail);
      case 'part-end':
        return this.#of(delta.candidate).end(delta.set, this.#tail);
      case 'finish':
        this.#of(delta.candidate);
        this.#finished.set(delta.candidate, delta);
        return '';
      case 'answer-end':
        return this.#last(delta);
      default:
        return '';
    }
  }

  #name(responseId: string, modelVersion: string): void {
    this.#head = { modelVersion, responseId };
    this.#tail = `,${JSON.stringify(this.#head).slice(1)}\r\n\r\n`;
  }

  #of(index: number): StreamedCandidate {
    let found = this.#candidates.get(index);
    if (found === undefined) {
      found = new StreamedCandidate(index, this.#reply);
      this.#candidates.set(index, found);
    }
    return found;
  }

  #last({ usage, extra }: AnswerEnd): string {
    const form = formOf(extra);
    const usageMetadata = encodeUsage(usage, form?.usageMetadata);
    const isSilent = [...this.#candidates.values()].every(({ parts }) => parts.length === 0);
    const isBlocked = form?.promptFeedback !== undefined && isSilent;
    const candidates = [...this.#candidates].map(([index, { parts }]) => this.#ending(index, parts));
    const out: Record<string, unknown> = {
      ...(isBlocked ? { promptFeedback: form.promptFeedback } : { candidates }),
      ...(usageMetadata === undefined ? {} : { usageMetadata }),
      ...this.#head,
    };
    return `data: ${oneLine(JSON.stringify(spelled(out, extra)))}\r\n\r\n`;
  }

  #ending(index: number, parts: readonly Part[]): JsonObject {
    const finished = this.#finished.get(index);
    const finish = finished?.finish ?? { reason: 'other' };
    const extra = finished?.extra;
    const own = extra?.dialect === 'gemini';
    const out: Record<string, unknown> = {
      content: { parts: [{ text: '' }], role: 'model' },
      finishReason: own ? encodeOwnFinish(finish, formOf(extra)?.finishReason) : encodeFinish(finish, false),
      ...(finish.message === undefined ? {} : { finishMessage: finish.message }),
      index,
      ...encodeFoundations(parts, extra, undefined, this.#reply),
    };
    return spelled(out, extra);
  }
}
