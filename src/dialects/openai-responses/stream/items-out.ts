// Items as events: each is announced, grows and is told whole in the end, all with the same id (wire.md 9.1).
import type { Opaque, Part, PartEnd, PartStart, ReasoningPart, ReplyFacts, ToolCallPart } from '../../../core/index.ts';
import { entryOf } from '../../json.ts';
import { encodeItem } from '../answer/items-out.ts';
import { itemId } from '../ids.ts';
import { type Draft, formOf, own } from '../members.ts';
import { deltaHead, type Events } from './events.ts';

/** Where items go. */
export interface Output {
  readonly events: Events;
  readonly reply: ReplyFacts;
  /** Items that are done; its length is the index of the next. */
  readonly items: Draft[];
}

/** A part that is an item of its own, while it grows. */
export interface Growth {
  readonly opening: string;
  grow(text: string): string;
  end(end: PartEnd): string;
}

/** Undefined where this dialect has no item for it. */
export function growthOf({ part }: PartStart, output: Output): Growth | undefined {
  if (part.kind === 'tool-call') return new Call(part, output);
  return part.kind === 'reasoning' ? new Reasoning(part, output) : whole(part, output);
}

class Call implements Growth {
  readonly opening: string;
  readonly #output: Output;
  readonly #part: ToolCallPart;
  readonly #id: string;
  readonly #index: number;
  readonly #member: 'input' | 'arguments';
  readonly #type: string;
  readonly #head: string;
  #text = '';

  constructor(part: ToolCallPart, output: Output) {
    const { events, items, reply } = output;
    const prefix = part.custom === true ? 'ctc' : 'fc';
    // Events of an item are told by its id, even where an upstream gave none.
    const id = part.itemId ?? itemId(prefix, reply.callId, items.length);
    const item = { ...encodeItem({ ...part, itemId: id, arguments: '' }, items.length, reply) };
    this.#output = output;
    this.#part = { ...part, id: String(item.call_id) };
    this.#id = id;
    this.#index = items.length;
    this.#member = part.custom === true ? 'input' : 'arguments';
    this.#type = part.custom === true ? 'response.custom_tool_call_input' : 'response.function_call_arguments';
    this.#head = deltaHead(`${this.#type}.delta`, this.#place());
    item[this.#member] = '';
    const added = { output_index: this.#index, item: { ...item, status: 'in_progress' } };
    this.opening = events.event('response.output_item.added', added) + this.grow(part.arguments);
  }

  grow(text: string): string {
    if (text === '') return '';
    this.#text += text;
    return this.#output.events.delta(`${this.#type}.delta`, this.#head, text, '');
  }

  end(end: PartEnd): string {
    const { events, items, reply } = this.#output;
    const isOwn = this.#part.extra?.dialect === own;
    // No arguments are an empty object to those who parse them.
    const filled = this.#text === '' && this.#part.custom !== true && !isOwn ? this.grow('{}') : '';
    const extra = end.set?.extra ?? this.#part.extra;
    const part = { ...this.#part, itemId: this.#id, arguments: this.#text, ...(extra === undefined ? {} : { extra }) };
    const item = encodeItem(part, this.#index, reply) ?? {};
    items.push(item);
    const name = this.#part.custom === true ? {} : { name: part.name };
    return (
      filled +
      events.event(`${this.#type}.done`, { ...this.#place(), ...name, [this.#member]: this.#text }) +
      events.event('response.output_item.done', { output_index: this.#index, item })
    );
  }

  #place(): Draft {
    return { item_id: this.#id, output_index: this.#index };
  }
}

/** Told as a summary, which is what clients show; reasoning itself stays that for clients that were told so. */
class Reasoning implements Growth {
  readonly opening: string;
  readonly #output: Output;
  readonly #part: ReasoningPart;
  readonly #place: Draft;
  readonly #type: string;
  readonly #piece: string;
  readonly #head: string;
  readonly #inContent: boolean;
  #text = '';

  constructor(part: ReasoningPart, output: Output) {
    const { events, items, reply } = output;
    const isOwn = part.extra?.dialect === own;
    // Events of an item are told by its id, even where an upstream gave none.
    const id = (isOwn ? part.id : undefined) ?? itemId('rs', reply.callId, items.length);
    // The blob is told when the item is done, as those who issue blobs do.
    const { encrypted_content: _, ...item } = encodeItem({ ...part, id, text: '' }, items.length, reply) ?? {};
    this.#output = output;
    this.#part = { ...part, id };
    this.#inContent = formOf(part.extra).inContent === true;
    const index = this.#inContent ? { content_index: 0 } : { summary_index: 0 };
    this.#place = { item_id: id, output_index: items.length, ...index };
    this.#type = this.#inContent ? 'response.reasoning_text' : 'response.reasoning_summary_text';
    this.#piece = this.#inContent ? 'response.content_part' : 'response.reasoning_summary_part';
    this.#head = deltaHead(`${this.#type}.delta`, this.#place);
    const added = { output_index: items.length, item: { ...item, summary: [] } };
    this.opening = events.event('response.output_item.added', added) + this.grow(part.text);
  }

  grow(text: string): string {
    if (text === '') return '';
    const { events } = this.#output;
    const opened = this.#text === '' ? events.event(`${this.#piece}.added`, this.#withPart('')) : '';
    this.#text += text;
    return opened + events.delta(`${this.#type}.delta`, this.#head, text, '');
  }

  end({ set }: PartEnd): string {
    const { events, items, reply } = this.#output;
    const text = this.#text;
    const opaque: Opaque | undefined = set?.opaque ?? this.#part.opaque;
    const extra = set?.extra ?? this.#part.extra;
    const told = { ...this.#part, text, ...(opaque && { opaque }), ...(extra && { extra }) };
    const item = encodeItem(told, items.length, reply) ?? {};
    const at = items.push(item) - 1;
    const closed =
      text === ''
        ? ''
        : events.event(`${this.#type}.done`, { ...this.#place, text }) +
          events.event(`${this.#piece}.done`, this.#withPart(text));
    return closed + events.event('response.output_item.done', { output_index: at, item });
  }

  #withPart(text: string): Draft {
    return { ...this.#place, part: { type: this.#inContent ? 'reasoning_text' : 'summary_text', text } };
  }
}

/** Parts that come whole: searches, pictures, items only this dialect knows. */
function whole(part: Part, output: Output): Growth | undefined {
  const { events, items, reply } = output;
  const item = encodeItem(part, items.length, reply);
  if (item === undefined) return undefined;
  const at = items.push(item) - 1;
  const place = { item_id: item.id, output_index: at };
  const steps = entryOf(stepsOf, item.type) ?? [];
  const added = { ...item, ...(item.status === undefined ? {} : { status: 'in_progress' }) };
  const opening = [
    // The result is told when it is there.
    events.event('response.output_item.added', {
      output_index: at,
      item: 'result' in added ? { ...added, result: null } : added,
    }),
    ...steps.map((step) => events.event(`response.${item.type}.${step}`, place)),
    events.event('response.output_item.done', { output_index: at, item }),
  ].join('');
  return { opening, grow: () => '', end: () => '' };
}

const stepsOf: Readonly<Record<string, readonly string[]>> = {
  web_search_call: ['in_progress', 'searching', 'completed'],
  image_generation_call: ['in_progress', 'generating', 'completed'],
};
