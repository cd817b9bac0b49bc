// A message stream -> deltas. Unknown events and deltas are passed over, missing stops made good; an end is never made up.
import type { AnswerEnd, Delta, JsonObject, Origin, Part, SearchPart, StreamDecoder } from '../../../core/index.ts';
import { given } from '../../canonical/given.ts';
import { parseExact } from '../../canonical/numbers.ts';
import { faultOf } from '../../canonical/read-error.ts';
import { asObject, asString, parseJson } from '../../json.ts';
import { decodeHead } from '../answer/decode.ts';
import { decodeFinish } from '../answer/finish.ts';
import { decodeUsageExtra } from '../answer/usage.ts';
import { type Blob, blobOf } from '../blocks/decode.ts';
import { joined } from '../blocks/search.ts';
import { type Draft, formOf, Members, own } from '../members.ts';
import { readUsage } from '../usage.ts';
import { endingOf, type OpenBlock, openBlock } from './open-block.ts';

const none: readonly Delta[] = [];

export class MessageDecoder implements StreamDecoder {
  readonly #blob: Blob;
  #started = false;
  #ended = false;
  #block: OpenBlock | undefined;
  /** Of the next part. */
  #index = 0;
  /** The first half of a search: what was found usually follows. */
  #search: SearchPart | undefined;
  /** The counts as the events told them. */
  #counts: JsonObject = {};
  #tier: string | undefined;
  #usageFields: JsonObject = {};
  #fields: JsonObject = {};
  #ending: ReturnType<typeof decodeFinish> | undefined;

  constructor({ origin }: Origin) {
    this.#blob = blobOf(origin);
  }

  event(event: string, data: string): readonly Delta[] {
    if (this.#ended) return none;
    const body = asObject(parseJson(data));
    if (body === undefined) return none;
    switch (asString(body.type) ?? event) {
      case 'content_block_delta':
        return this.#grow(body);
      case 'content_block_start':
        return this.#open(body.index, data);
      case 'content_block_stop':
        return this.#block === undefined || body.index !== this.#block.number ? none : this.#close();
      case 'message_start':
        return this.#start(asObject(body.message) ?? {});
      case 'message_delta':
        return this.#finish(body);
      case 'message_stop':
        return this.#stop();
      case 'error':
        this.#ended = true;
        return [faultOf(body)];
      default:
        return none;
    }
  }

  end(): readonly Delta[] {
    return none;
  }

  #start(message: JsonObject): readonly Delta[] {
    if (this.#started) {
      // Sent twice it says nothing new; a second answer after the first has begun is one too many (the SDK throws).
      if (this.#index === 0 && this.#block === undefined) return none;
      this.#ended = true;
      return [faultOf({ type: 'api_error', message: 'The upstream began its answer a second time.' })];
    }
    this.#started = true;
    const { serviceTier, extra, ...head } = decodeHead(message);
    this.#tier = serviceTier;
    const { usage: more, ...fields } = extra?.fields ?? {};
    this.#usageFields = asObject(more) ?? {};
    this.#counts = asObject(message.usage) ?? {};
    const kept = { ...extra, dialect: own, fields } as const;
    return [{ type: 'answer-start', ...head, ...given({ usage: readUsage(message) }), extra: kept }];
  }

  /** Read again, exactly: some vendors give the input of a call here. */
  #open(number: unknown, data: string): readonly Delta[] {
    const deltas: Delta[] = this.#started ? [] : [...this.#start({})];
    deltas.push(...this.#close());
    const block = openBlock(number, asObject(asObject(parseExact(data))?.content_block) ?? {}, this.#blob);
    this.#block = block;
    if (block.part === undefined) return deltas;
    deltas.push(...this.#flush());
    deltas.push({ type: 'part-start', candidate: 0, index: this.#index, part: block.part });
    return deltas;
  }

  #grow(body: JsonObject): readonly Delta[] {
    const block = this.#block;
    if (block === undefined || block.number !== body.index) return none;
    const grown = block.grow(asObject(body.delta) ?? {});
    if (grown === undefined || (grown.text === '' && grown.citations === undefined)) return none;
    return [{ type: 'part-delta', candidate: 0, index: this.#index, ...grown }];
  }

  #close(): readonly Delta[] {
    const block = this.#block;
    if (block === undefined) return none;
    this.#block = undefined;
    const whole = block.whole();
    if (whole !== undefined) return this.#take(whole);
    const index = this.#index++;
    const text = block.rest();
    const end: Delta = { type: 'part-end', candidate: 0, index, ...endingOf(block) };
    return text === '' ? [end] : [{ type: 'part-delta', candidate: 0, index, text }, end];
  }

  #take(part: Part): readonly Delta[] {
    const pair = joined(this.#search, part);
    if (pair !== undefined) {
      this.#search = undefined;
      return this.#tell(pair);
    }
    const before = this.#flush();
    if (part.kind !== 'search' || formOf(part.extra).half !== 'call') return [...before, ...this.#tell(part)];
    this.#search = part;
    return before;
  }

  #flush(): readonly Delta[] {
    const search = this.#search;
    this.#search = undefined;
    return search === undefined ? none : this.#tell(search);
  }

  #tell(part: Part): readonly Delta[] {
    const place = { candidate: 0, index: this.#index++ };
    return [
      { type: 'part-start', ...place, part },
      { type: 'part-end', ...place },
    ];
  }

  #finish(body: JsonObject): readonly Delta[] {
    const usage = asObject(body.usage) ?? {};
    this.#counts = { ...this.#counts, ...counted(usage) };
    this.#usageFields = { ...this.#usageFields, ...decodeUsageExtra(usage).fields };
    this.#tier = asString(usage.service_tier) ?? this.#tier;
    const members = new Members(body);
    for (const name of ['type', 'usage', 'delta']) members.take(name);
    const delta = new Members(asObject(body.delta) ?? {});
    for (const name of ['stop_reason', 'stop_sequence', 'stop_details']) delta.take(name);
    this.#fields = { ...this.#fields, ...members.rest().fields, ...delta.rest().fields };
    if (asString(delta.node.stop_reason) !== undefined || this.#ending === undefined)
      this.#ending = decodeFinish(delta.node);
    return none;
  }

  #stop(): readonly Delta[] {
    const started = this.#started ? none : this.#start({});
    this.#ended = true;
    const fields: Draft = { ...this.#fields };
    if (Object.keys(this.#usageFields).length > 0) fields.usage = this.#usageFields;
    const extra = Object.keys(fields).length === 0 ? undefined : ({ dialect: own, fields } as const);
    const ending = this.#ending ?? { finish: { reason: 'other' } as const };
    const end: AnswerEnd = {
      type: 'answer-end',
      ...given({ usage: readUsage({ usage: this.#counts }), serviceTier: this.#tier, extra }),
    };
    return [...started, ...this.#close(), ...this.#flush(), { type: 'finish', candidate: 0, ...ending }, end];
  }
}

/** The later count is the last word. But the input some leave out in the end, and some say 0. */
function counted(usage: JsonObject): JsonObject {
  const said = Object.entries(usage).filter(
    ([name, value]) => value !== null && (value !== 0 || name === 'output_tokens'),
  );
  return Object.fromEntries(said);
}
