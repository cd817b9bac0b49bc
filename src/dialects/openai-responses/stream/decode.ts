// A stream of events as deltas. Items come one after the other; should one begin before another is done, its events wait.
import type { Delta, JsonObject, Origin, Part, StreamDecoder } from '../../../core/index.ts';
import { faultOf } from '../../canonical/read-error.ts';
import { asArray, asObject, asString, parseJson } from '../../json.ts';
import { answerExtra, headOf } from '../answer/decode.ts';
import { decodeFinish } from '../answer/finish.ts';
import { given, own } from '../members.ts';
import { readUsage } from '../usage.ts';
import { type OpenItem, openItem } from './items-in.ts';
import type { Kinds } from './parts.ts';

const nothing: readonly Delta[] = [];

export function decodeStream(from: Origin): StreamDecoder {
  return new Decoder(from);
}

class Decoder implements StreamDecoder, Kinds {
  readonly #from: Origin;
  readonly kinds: Part['kind'][] = [];
  #started = false;
  #over = false;
  #open: { readonly at: number; readonly item: OpenItem } | undefined;
  /** Events of items that have to wait. */
  #held: { readonly at: number; readonly type: string; readonly body: JsonObject }[] = [];
  /** Items that are done are this many. */
  #done = 0;

  constructor(from: Origin) {
    this.#from = from;
  }

  event(event: string, data: string): readonly Delta[] {
    if (this.#over || data === '') return nothing;
    const body = asObject(parseJson(data));
    if (body === undefined) return nothing;
    const type = typeof body.type === 'string' ? body.type : event;
    const deltas = typeof body.output_index === 'number' ? this.#ofItem(type, body) : this.#ofAnswer(type, body);
    return deltas.length === 0 ? nothing : this.#afterStart(deltas);
  }

  /** Whether the answer is whole only its own last event tells. */
  end(): readonly Delta[] {
    return nothing;
  }

  /** Some upstreams forget to announce the response. */
  #afterStart(deltas: readonly Delta[]): readonly Delta[] {
    if (this.#started || deltas[0]?.type === 'fault') return deltas;
    this.#started = true;
    return deltas[0]?.type === 'answer-start' ? deltas : [{ type: 'answer-start', extra: { dialect: own } }, ...deltas];
  }

  #ofAnswer(type: string, body: JsonObject): readonly Delta[] {
    const response = asObject(body.response);
    switch (type) {
      case 'response.created':
      case 'response.queued':
      case 'response.in_progress':
        if (this.#started) return nothing;
        return [{ type: 'answer-start', ...headOf(response ?? {}), extra: answerExtra(response ?? {}) }];
      case 'response.completed':
      case 'response.incomplete':
        return this.#finished(response ?? {});
      case 'response.failed':
      case 'error':
        return this.#failed(body);
      default:
        // An event of an item that does not say of which: of the one that is open.
        if (type.startsWith('response.') && asObject(body.error) === undefined) return this.#ofItem(type, body);
        return asObject(body.error) === undefined ? nothing : this.#failed(body);
    }
  }

  #failed(body: JsonObject): readonly Delta[] {
    this.#over = true;
    return [faultOf(body)];
  }

  #finished(response: JsonObject): readonly Delta[] {
    this.#over = true;
    const output = asArray(response.output) ?? [];
    const deltas = this.#open === undefined ? [] : [...this.#close(asObject(output[this.#open.at]))];
    // Items that the stream never told of.
    for (const [at, value] of output.entries()) {
      const item = asObject(value);
      if (at < this.#done || item === undefined) continue;
      this.#done = at + 1;
      const open = openItem(item, this.#from, this);
      deltas.push(...open.begin(), ...open.close(item));
    }
    const finish = decodeFinish(
      response,
      this.kinds.map((kind) => ({ kind })),
    );
    const end = { ...given('usage', readUsage(response)), ...given('serviceTier', asString(response.service_tier)) };
    const extra = answerExtra(response);
    return [...deltas, { type: 'finish', candidate: 0, finish }, { type: 'answer-end', ...end, extra }];
  }

  /** Ids of items are not relied on: some upstreams change them from event to event. */
  #ofItem(type: string, body: JsonObject): readonly Delta[] {
    const open = this.#open;
    const at = typeof body.output_index === 'number' ? body.output_index : (open?.at ?? this.#done);
    if (open !== undefined && at !== open.at) {
      this.#held.push({ at, type, body });
      return nothing;
    }
    if (at < this.#done) return nothing;
    if (open !== undefined) {
      if (type === 'response.output_item.done') return this.#close(asObject(body.item));
      return type === 'response.output_item.added' ? nothing : open.item.grow(type, body);
    }
    const item = asObject(body.item);
    if (item === undefined) return nothing;
    if (type === 'response.output_item.added') return this.#begin(at, item);
    if (type !== 'response.output_item.done') return nothing;
    return [...this.#begin(at, item), ...this.#close(item)];
  }

  #begin(at: number, item: JsonObject): readonly Delta[] {
    const open = openItem(item, this.#from, this);
    this.#open = { at, item: open };
    return open.begin();
  }

  #close(final: JsonObject | undefined): readonly Delta[] {
    const open = this.#open;
    if (open === undefined) return nothing;
    this.#open = undefined;
    this.#done = Math.max(this.#done, open.at + 1);
    const deltas = open.item.close(final);
    if (this.#held.length === 0) return deltas;
    const held = this.#held;
    this.#held = [];
    return [...deltas, ...held.flatMap(({ type, body }) => this.#ofItem(type, body))];
  }
}
