// An item of a stream while it grows. What its last event says holds: deltas may have been left out.
import type { Delta, JsonObject, Origin, ReasoningPart, ToolCallPart } from '../../../core/index.ts';
import { asArray, asObject, asString } from '../../json.ts';
import { decodeItem } from '../answer/items-in.ts';
import { decodeCall, isCall } from '../content/calls.ts';
import { decodeReasoning, segmentBreak } from '../content/reasoning.ts';
import { given, own } from '../members.ts';
import { OpenMessage } from './message-in.ts';
import { Growing, type Kinds } from './parts.ts';

export interface OpenItem {
  begin(): readonly Delta[];
  /** An event between the item's first and last. */
  grow(type: string, body: JsonObject): readonly Delta[];
  /** `final`: the whole item, where the upstream told it. */
  close(final: JsonObject | undefined): readonly Delta[];
}

const nothing: readonly Delta[] = [];

export function openItem(item: JsonObject, from: Origin, parts: Kinds): OpenItem {
  if (item.type === 'message') return new OpenMessage(item, parts);
  if (item.type === 'reasoning') return new OpenReasoning(item, from, parts);
  return isCall(item.type) ? new OpenCall(item, parts) : new OpenWhole(item, from, parts);
}

/** Searches and everything only this dialect knows: told when they are done. */
class OpenWhole implements OpenItem {
  readonly #item: JsonObject;
  readonly #from: Origin;
  readonly #parts: Kinds;

  constructor(item: JsonObject, from: Origin, parts: Kinds) {
    this.#item = item;
    this.#from = from;
    this.#parts = parts;
  }

  begin(): readonly Delta[] {
    return nothing;
  }

  grow(): readonly Delta[] {
    return nothing;
  }

  close(final: JsonObject | undefined): readonly Delta[] {
    return decodeItem(final ?? this.#item, this.#from).flatMap((part) => {
      const { growing, delta } = Growing.start(part, this.#parts);
      return [delta, growing.end()];
    });
  }
}

class OpenCall implements OpenItem {
  readonly #item: JsonObject;
  readonly #parts: Kinds;
  #growing: Growing | undefined;
  #early = '';

  constructor(item: JsonObject, parts: Kinds) {
    this.#item = item;
    this.#parts = parts;
  }

  /** A call that is not named yet waits. Arguments given at once are told again in the end. */
  begin(): readonly Delta[] {
    const call = decodeCall(this.#item);
    return call.name === '' ? nothing : [this.#start(call)];
  }

  grow(type: string, body: JsonObject): readonly Delta[] {
    if (type.endsWith('.delta') && typeof body.delta === 'string') {
      if (this.#growing !== undefined) return [this.#growing.text(body.delta)];
      this.#early += body.delta;
      return nothing;
    }
    if (!type.endsWith('.done')) return nothing;
    return this.#growing?.rest(asString(body.arguments) ?? asString(body.input) ?? '') ?? nothing;
  }

  close(final: JsonObject | undefined): readonly Delta[] {
    const call = decodeCall(final ?? this.#item);
    const deltas = this.#growing === undefined ? [this.#start(call)] : [];
    const growing = this.#growing as unknown as Growing;
    const whole = call.arguments === '' ? this.#early : call.arguments;
    const { itemId, extra } = call;
    const ending = final === undefined ? undefined : { ...given('itemId', itemId), ...given('extra', extra) };
    return [...deltas, ...growing.rest(whole), growing.end(ending)];
  }

  #start(call: ToolCallPart): Delta {
    const { growing, delta } = Growing.start({ ...call, arguments: '' }, this.#parts);
    this.#growing = growing;
    return delta;
  }
}

/** Summary or reasoning itself: the first event that says something tells which. */
class OpenReasoning implements OpenItem {
  readonly #item: JsonObject;
  readonly #from: Origin;
  readonly #parts: Kinds;
  #growing: Growing | undefined;
  #inContent = false;
  #segment = 0;
  /** Where the open segment began. */
  #segmentStart = 0;

  constructor(item: JsonObject, from: Origin, parts: Kinds) {
    this.#item = item;
    this.#from = from;
    this.#parts = parts;
  }

  begin(): readonly Delta[] {
    return nothing;
  }

  grow(type: string, body: JsonObject): readonly Delta[] {
    const inContent = !type.startsWith('response.reasoning_summary');
    if (inContent && !type.startsWith('response.reasoning_text') && !type.startsWith('response.content_part')) {
      return nothing;
    }
    const deltas = this.#growing === undefined ? [this.#start(inContent)] : [];
    const growing = this.#growing;
    // The other of the two is in the item, when it is done.
    if (growing === undefined || inContent !== this.#inContent) return nothing;
    const segment = (inContent ? body.content_index : body.summary_index) ?? 0;
    if (typeof segment === 'number' && segment > this.#segment) {
      this.#segment = segment;
      deltas.push(growing.text(segmentBreak));
      this.#segmentStart = growing.length;
    }
    if (typeof body.delta === 'string') deltas.push(growing.text(body.delta));
    else deltas.push(...this.#missing(growing, asString(body.text) ?? asString(asObject(body.part)?.text) ?? ''));
    return deltas;
  }

  close(final: JsonObject | undefined): readonly Delta[] {
    const part = this.#read(final ?? this.#item);
    const deltas: Delta[] = [];
    if (this.#growing === undefined) {
      const { growing, delta } = Growing.start({ ...part, text: '' }, this.#parts);
      deltas.push(delta);
      return [...deltas, ...growing.rest(part.text), growing.end()];
    }
    const growing = this.#growing;
    if (final === undefined) return [growing.end()];
    const told = asArray(this.#inContent ? final.content : final.summary);
    const rest = told === undefined || told.length === 0 ? [] : growing.rest(part.text);
    const { id, opaque, extra } = part;
    return [...rest, growing.end({ ...given('id', id), ...given('opaque', opaque), ...given('extra', extra) })];
  }

  #missing(growing: Growing, text: string): Delta[] {
    const told = growing.length - this.#segmentStart;
    return text.length > told ? [growing.text(text.slice(told))] : [];
  }

  #start(inContent: boolean): Delta {
    const { opaque: _, ...part } = this.#read(this.#item);
    this.#inContent = inContent;
    const start: ReasoningPart = {
      ...part,
      text: '',
      ...(inContent ? { extra: { dialect: own, form: { inContent } } } : { summarised: true }),
    };
    const { growing, delta } = Growing.start(start, this.#parts);
    this.#growing = growing;
    return delta;
  }

  #read(item: JsonObject): ReasoningPart {
    return decodeReasoning(item, (data) => ({ origin: this.#from.origin, data }));
  }
}
