// A stream of whole GenerateContentResponses, each with the pieces that are new, as deltas. No event ends it: it is
// complete when the body ends and every candidate has said why it stopped. That may come several times (a filter says so
// in between), and usage after it, so that nothing is told before the end (wire.md 9.1).
import type { AnswerStart, Delta, Extra, JsonObject, Origin, StreamDecoder, Usage } from '../../../core/index.ts';
import { parseExact } from '../../canonical/numbers.ts';
import { faultOf } from '../../canonical/read-error.ts';
import { asArray, asObject, entryOf, parseJson } from '../../json.ts';
import { blockedPrompt, tiers } from '../answer/decode.ts';
import { readUsage } from '../usage.ts';
import { extraOf } from '../wire/members.ts';
import { GrowingCandidate } from './growing-candidate.ts';

export function decodeStream(from: Origin): StreamDecoder {
  return new Decoding(from);
}

/** Members of a chunk that are read; the rest is kept, the last of each. */
const known = new Set(['candidates', 'usageMetadata', 'modelVersion', 'responseId', 'createTime']);

class Decoding implements StreamDecoder {
  readonly #from: Origin;
  readonly #candidates = new Map<number, GrowingCandidate>();
  #answerId: string | undefined;
  #rawUsage: JsonObject | undefined;
  #fields: Record<string, unknown> | undefined;
  #blocked: { readonly form: JsonObject; readonly finish: Delta } | undefined;
  #failed = false;

  constructor(from: Origin) {
    this.#from = from;
  }

  event(_event: string, data: string): readonly Delta[] {
    if (this.#failed || data === '') return [];
    // Exact numbers matter in arguments only, and cost time.
    const body = asObject(data.includes('functionCall') ? parseExact(data) : parseJson(data));
    if (body === undefined) return [];
    if (body.error !== undefined && body.candidates === undefined) {
      this.#failed = true;
      return [faultOf(body)];
    }
    const deltas: Delta[] = [];
    const list = asArray(body.candidates);
    this.#start(body, deltas);
    this.#note(body, list);
    for (let at = 0; at < (list?.length ?? 0); at++) this.#candidate(asObject(list?.[at]) ?? {}, at, deltas);
    return deltas;
  }

  end(): readonly Delta[] {
    if (this.#failed || this.#answerId === undefined) return [];
    const candidates = [...this.#candidates.values()];
    if (this.#blocked !== undefined && candidates.length === 0) return [this.#blocked.finish, this.#ending()];
    const isWhole = candidates.length > 0 && candidates.every(({ isFinished }) => isFinished);
    // Cut short: a part that looked closed would be taken for a whole one (clients keep it and go on as if all were well).
    return isWhole ? [...candidates.flatMap((candidate) => candidate.end()), this.#ending()] : [];
  }

  #start(body: JsonObject, deltas: Delta[]): void {
    if (this.#answerId !== undefined) return;
    this.#answerId = typeof body.responseId === 'string' ? body.responseId : '';
    const usage = readUsage(body);
    const created = typeof body.createTime === 'string' ? Math.floor(Date.parse(body.createTime) / 1000) : Number.NaN;
    const start: AnswerStart = {
      type: 'answer-start',
      ...(this.#answerId === '' ? {} : { id: this.#answerId }),
      ...(typeof body.modelVersion === 'string' ? { model: body.modelVersion } : {}),
      ...(Number.isNaN(created) ? {} : { created }),
      ...(usage === undefined ? {} : { usage }),
      extra: extraOf(undefined, { streamed: true }).extra as Extra,
    };
    deltas.push(start);
  }

  /** Usage is cumulative, and repeated on every chunk: the last counts. */
  #note(body: JsonObject, candidates: readonly unknown[] | undefined): void {
    if (asObject(body.usageMetadata) !== undefined) this.#rawUsage = body.usageMetadata as JsonObject;
    const blocked = body.promptFeedback === undefined ? undefined : blockedPrompt(body, candidates);
    if (blocked !== undefined) {
      const finish: Delta = { type: 'finish', candidate: 0, finish: blocked.finish };
      this.#blocked = { form: { candidates: 'absent', promptFeedback: body.promptFeedback }, finish };
    }
    for (const name in body) {
      if (known.has(name) || (blocked !== undefined && name === 'promptFeedback')) continue;
      this.#fields ??= {};
      this.#fields[name] = body[name];
    }
  }

  #candidate(raw: JsonObject, at: number, deltas: Delta[]): void {
    const index = typeof raw.index === 'number' ? raw.index : at;
    let candidate = this.#candidates.get(index);
    if (candidate === undefined) {
      candidate = new GrowingCandidate(index, this.#answerId ?? '', this.#from);
      this.#candidates.set(index, candidate);
    }
    candidate.chunk(raw, deltas);
  }

  #ending(): Delta {
    const usage: Usage | undefined = readUsage({ usageMetadata: this.#rawUsage });
    const tier = entryOf(tiers, this.#rawUsage?.serviceTier);
    const isBlocked = this.#blocked !== undefined && this.#candidates.size === 0;
    const form = {
      ...(this.#rawUsage === undefined ? {} : { usageMetadata: this.#rawUsage }),
      ...(isBlocked ? this.#blocked?.form : {}),
    };
    return {
      type: 'answer-end',
      ...(usage === undefined ? {} : { usage }),
      ...(tier === undefined ? {} : { serviceTier: tier }),
      ...extraOf(this.#fields, form),
    };
  }
}
