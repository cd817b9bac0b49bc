// The events of a chat completion stream -> deltas. Finishes and the end are told when the stream says it has ended:
// `[DONE]`, or its last byte where every choice has finished (some vendors send no `[DONE]`).
import type { Delta, Origin, StreamDecoder, Usage } from '../../../core/index.ts';
import { faultOf } from '../../canonical/read-error.ts';
import { asArray, asObject, type JsonObject, parseJson } from '../../json.ts';
import { restOf, type UsageRest } from '../answer/usage.ts';
import { Members, own } from '../members.ts';
import { readUsage } from '../usage.ts';
import { Choice } from './choice.ts';

const nothing: readonly Delta[] = [];

export class ChatStreamDecoder implements StreamDecoder {
  readonly #origin: string;
  readonly #choices = new Map<number, Choice>();
  #state: 'before' | 'running' | 'over' = 'before';
  /** Members of chunks that came before the answer began (Azure: `prompt_filter_results`). */
  #lead: JsonObject = {};
  #usage: Usage | undefined;
  #usageRest: UsageRest | undefined;
  #serviceTier: string | undefined;

  constructor({ origin }: Origin) {
    this.#origin = origin;
  }

  event(event: string, data: string): readonly Delta[] {
    if (data === '' || this.#state === 'over') return nothing;
    if (data.charCodeAt(0) !== 0x7b && data.trim() === '[DONE]') return this.#finish();
    const chunk = asObject(parseJson(data)) ?? (event === 'error' ? { message: data } : undefined);
    if (chunk === undefined) return nothing;
    if ((chunk.error ?? null) !== null || chunk.object === 'error' || event === 'error') {
      this.#state = 'over';
      return [faultOf(chunk)];
    }
    return this.#read(chunk);
  }

  end(): readonly Delta[] {
    if (this.#state !== 'running' || this.#choices.size === 0) return nothing;
    for (const choice of this.#choices.values()) if (!choice.finished) return nothing;
    return this.#finish();
  }

  #read(chunk: JsonObject): readonly Delta[] {
    const deltas: Delta[] = [];
    const choices = asArray(chunk.choices);
    this.#readUsage(chunk, choices);
    if (typeof chunk.service_tier === 'string') this.#serviceTier = chunk.service_tier;
    if (this.#state === 'before') {
      if (choices === undefined || choices.length === 0) {
        this.#lead = { ...this.#lead, ...chunk };
        return nothing;
      }
      this.#start(chunk, deltas);
    }
    for (const value of choices ?? []) {
      const node = asObject(value);
      if (node !== undefined) this.#choice(node).read(node, deltas);
    }
    return deltas;
  }

  #start(first: JsonObject, deltas: Delta[]): void {
    this.#state = 'running';
    const members = new Members({ ...this.#lead, ...first });
    for (const name of ['choices', 'usage', 'object', 'x_groq', 'obfuscation', 'p']) members.take(name);
    const id = members.string('id');
    const model = members.string('model');
    const created = members.number('created');
    deltas.push({
      type: 'answer-start',
      ...(id === undefined ? {} : { id }),
      ...(model === undefined ? {} : { model }),
      ...(created === undefined ? {} : { created }),
      extra: members.extra(),
    });
  }

  #choice({ index }: JsonObject): Choice {
    const at = typeof index === 'number' ? index : 0;
    let choice = this.#choices.get(at);
    if (choice === undefined) {
      choice = new Choice(at, this.#origin);
      this.#choices.set(at, choice);
    }
    return choice;
  }

  /** In a chunk of its own, with the last choice, with every choice, in `x_groq`: the last one counts (litellm#28735). */
  #readUsage(chunk: JsonObject, choices: readonly unknown[] | undefined): void {
    const told = (chunk.usage ?? chunk.x_groq ?? null) !== null || asObject(choices?.[0])?.usage !== undefined;
    const usage = told ? readUsage(chunk) : undefined;
    if (usage === undefined) return;
    this.#usage = usage;
    const raw = asObject(chunk.usage);
    this.#usageRest = raw && restOf(raw, usage);
  }

  #finish(): readonly Delta[] {
    // An end without a beginning says that nothing came.
    if (this.#state !== 'running') return nothing;
    this.#state = 'over';
    const deltas: Delta[] = [];
    for (const choice of this.#choices.values()) choice.finish(deltas);
    deltas.push({
      type: 'answer-end',
      ...(this.#usage === undefined ? {} : { usage: this.#usage }),
      ...(this.#serviceTier === undefined ? {} : { serviceTier: this.#serviceTier }),
      ...(this.#usageRest === undefined ? {} : { extra: { dialect: own, form: { usage: this.#usageRest } } }),
    });
    return deltas;
  }
}
