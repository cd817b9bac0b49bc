// Canonical parts as the items of an answer's `output`.
import type { Part, ReasoningPart, RefusalPart, ReplyFacts, SearchPart, TextPart } from '../../../core/index.ts';
import { wrap } from '../../canonical/envelope.ts';
import { unsigned } from '../../canonical/unsigned.ts';
import { asObject } from '../../json.ts';
import { encodeCall } from '../content/calls.ts';
import { encodeReasoning } from '../content/reasoning.ts';
import { encodeSearch } from '../content/search.ts';
import { encodeCitation, encodeRefusal, encodeText } from '../content/text.ts';
import { type ItemPrefix, itemId } from '../ids.ts';
import { type Draft, formOf, own, present } from '../members.ts';

export type Spoken = TextPart | RefusalPart;

/** Members that a text of an answer has even when they are empty. */
const full = ['annotations', 'logprobs'];

export function encodeItems(parts: readonly Part[], reply: ReplyFacts): Draft[] {
  const items: Draft[] = [];
  let run: Spoken[] = [];
  const speak = () => {
    if (run.length > 0) items.push(encodeMessage(run, items.length, reply));
    run = [];
  };
  for (const part of parts) {
    if (part.kind === 'text' || part.kind === 'refusal') {
      if (startsMessage(part)) speak();
      if (saysSomething(part)) run.push(part);
      continue;
    }
    speak();
    const item = encodeItem(part, items.length, reply);
    if (item !== undefined) items.push(item);
  }
  speak();
  return items;
}

/** The first piece of a message of this dialect; in the answers of others all that is said in a row is one message. */
export function startsMessage(part: Spoken): boolean {
  return formOf(part.extra).start !== undefined;
}

/** Empty text of another dialect would be an empty message, which clients take for the model's last word. */
function saysSomething(part: Spoken): boolean {
  return part.text !== '' || part.extra?.dialect === own;
}

function encodeMessage(parts: readonly Spoken[], position: number, reply: ReplyFacts): Draft {
  const start = messageStart(parts[0], position, reply);
  const end = messageEnd(parts.at(-1));
  const { empty, ...rest } = end;
  const isEmpty = empty !== undefined && parts.length === 1 && parts[0]?.text === '';
  return { ...start, ...rest, content: isEmpty ? empty : parts.map((part) => encodePiece(part, reply)) };
}

export function messageStart(first: Spoken | undefined, position: number, reply: ReplyFacts): Draft {
  const start = asObject(formOf(first?.extra).start);
  if (start !== undefined) return { type: 'message', ...start };
  return { id: itemId('msg', reply.callId, position), type: 'message', role: 'assistant' };
}

/** What the message ends with; `empty` where it had no content. */
export function messageEnd(last: Spoken | undefined): Draft {
  return { ...(asObject(formOf(last?.extra).end) ?? { status: 'completed' }) };
}

export function encodePiece(part: Spoken, reply: ReplyFacts): Draft {
  if (part.kind === 'refusal') return encodeRefusal(part);
  if (formOf(part.extra).piece === true && part.text === '') return { ...part.extra?.fields };
  const lost = part.citations?.some((citation) => encodeCitation(citation, part.text.length).length === 0);
  if (lost === true) reply.lost('citations of documents');
  return encodeText(part, 'output_text', full);
}

/** Undefined for what this dialect has no item for. `part` is neither text nor refusal. */
export function encodeItem(part: Part, position: number, reply: ReplyFacts): Draft | undefined {
  switch (part.kind) {
    case 'tool-call': {
      const id = part.itemId ?? madeUp(part, part.custom === true ? 'ctc' : 'fc', position, reply);
      const call =
        part.id === '' && part.extra?.dialect !== own ? { ...part, id: itemId('call', reply.callId, position) } : part;
      return encodeCall(call, id, 'completed');
    }
    case 'reasoning': {
      const id = madeUp(part, 'rs', position, reply) ?? part.id;
      return encodeReasoning(part, id, blobOf(part));
    }
    case 'search':
      return encodeSearch(part, keepsId(part) ? part.id : itemId('ws', reply.callId, position));
    case 'native':
      if (part.dialect === own) return (part.type === typeof part.raw.value ? part.raw.value : part.raw) as Draft;
      reply.lost(part.type);
      return undefined;
    case 'media':
      return encodeImage(part, position, reply);
    default:
      reply.lost(part.kind);
      return undefined;
  }
}

/** An id alone is one that the vendor of this dialect would look up and not find: what another vendor thought is marked. */
function blobOf({ opaque, extra }: ReasoningPart): string | undefined {
  if (opaque !== undefined) return wrap(opaque, own);
  return extra?.dialect === own && formOf(extra).unsigned !== true ? undefined : unsigned;
}

/** Another vendor's id would lead nowhere: clients name items of an answer by it in later requests. */
function keepsId({ id, extra }: SearchPart): boolean {
  return extra?.dialect === own && id !== '';
}

/** Items of this dialect keep theirs, or go without one. */
function madeUp(part: Part, prefix: ItemPrefix, position: number, reply: ReplyFacts): string | undefined {
  const isOwn = 'extra' in part && part.extra?.dialect === own;
  return isOwn ? undefined : itemId(prefix, reply.callId, position);
}

/** A picture the model drew is here the result of a tool of the vendor's. */
function encodeImage(part: Extract<Part, { kind: 'media' }>, position: number, reply: ReplyFacts): Draft | undefined {
  if (part.media !== 'image' || part.source.type !== 'data') {
    reply.lost(part.media);
    return undefined;
  }
  const format = part.source.mimeType.split('/')[1];
  return present({
    id: itemId('ig', reply.callId, position),
    type: 'image_generation_call',
    status: 'completed',
    output_format: format,
    result: part.source.base64,
  });
}
