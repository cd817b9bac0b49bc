// Turns as items of `input`. A turn of this dialect is one item again; turns of others come apart into several.
import type { Destination, DialectName, JsonObject, Part, ToolResultPart, Turn } from '../../../core/index.ts';
import { mayReturn } from '../../canonical/envelope.ts';
import { parseJson } from '../../json.ts';
import { encodeCall } from '../content/calls.ts';
import { encodeParts } from '../content/parts-out.ts';
import { encodeReasoning } from '../content/reasoning.ts';
import { encodeSearch } from '../content/search.ts';
import { type Draft, formOf, own, present, withExtra } from '../members.ts';

type Reasoning = Extract<Part, { kind: 'reasoning' }>;

/** `from`: the dialect of the conversation, for turns that do not say their own. */
export function encodeTurn(turn: Turn, to: Destination, from: DialectName): Draft[] {
  to.notes.dropExtra('turn', turn.extra, own);
  const items: Draft[] = [];
  let run: Part[] = [];
  const speak = () => {
    if (run.length > 0) add(items, message(turn, run, to));
    run = [];
  };
  for (const part of turn.parts) {
    // Only reasoning has a place for one.
    if (part.opaque !== undefined && part.kind !== 'reasoning') to.notes.drop('opaque');
    if (!standsAlone(part, turn)) {
      run.push(part);
      continue;
    }
    speak();
    add(items, item(part, turn.extra?.dialect ?? from, to));
  }
  speak();
  // An empty message of this dialect stays one.
  if (turn.parts.length === 0 && turn.extra?.dialect === own) add(items, message(turn, [], to));
  return items;
}

function add(items: Draft[], more: readonly Draft[]): void {
  for (const one of more) items.push(one);
}

/** Parts that are items of their own; all others are content of a message. */
function standsAlone(part: Part, turn: Turn): boolean {
  if (part.kind === 'native') return formOf(turn.extra).content === undefined;
  return (
    part.kind === 'tool-call' || part.kind === 'tool-result' || part.kind === 'reasoning' || part.kind === 'search'
  );
}

function item(part: Part, from: DialectName, to: Destination): Draft[] {
  switch (part.kind) {
    case 'tool-call':
      to.notes.dropExtra('part', part.extra, own);
      return [encodeCall(part, part.extra?.dialect === own ? part.itemId : undefined, undefined)];
    case 'tool-result':
      to.notes.dropExtra('part', part.extra, own);
      return [result(part, to)];
    case 'reasoning':
      return reasoning(part, part.extra?.dialect ?? from, to);
    case 'search':
      if (part.extra?.dialect === own) return [encodeSearch(part, part.id)];
      break;
    case 'native':
      if (part.dialect === own) return [(part.type === typeof part.raw.value ? part.raw.value : part.raw) as Draft];
      break;
    default:
  }
  // The id of another vendor's search would be looked up and not found.
  to.notes.drop('part');
  return [];
}

/** Reasoning is of use only to whom it came from, and refused without what it signed with (wire.md 6). */
function reasoning(part: Reasoning, from: DialectName, to: Destination): Draft[] {
  to.notes.dropExtra('part', part.extra, own);
  const { opaque } = part;
  if (opaque === undefined) {
    // Kept by the vendor under its id, or by a server that encrypts nothing; unless another vendor thought it.
    if (from === own && formOf(part.extra).unsigned !== true) return [encodeReasoning(part, part.id, undefined)];
    if (part.text !== '') to.notes.drop('reasoning.text');
    return [];
  }
  if (mayReturn(opaque, to.origin, from)) {
    return [encodeReasoning(part, part.extra?.dialect === own ? part.id : undefined, opaque.data)];
  }
  to.notes.drop('opaque');
  return [];
}

function message(turn: Turn, parts: readonly Part[], to: Destination): Draft[] {
  const { role, extra } = turn;
  const form = formOf(extra);
  const isOwn = extra?.dialect === own;
  const content = encodeParts(parts, { to, assistant: role === 'assistant', own: isOwn });
  if (content.length === 0 && !isOwn) return [];
  const draft: Draft = {
    id: isOwn ? turn.id : undefined,
    type: isOwn && form.typed !== true ? undefined : 'message',
    role: role === 'system' || role === 'developer' ? (to.facts.instructionsRole ?? role) : role,
    status: form.status,
    content:
      form.content === 'none' && content.length === 0 ? undefined : inShort(content, isOwn ? form.content : 'text'),
  };
  return [withExtra(present(draft), extra)];
}

/** A single plain text is written as such where that was the client's spelling, or the client was of another dialect. */
function inShort(content: readonly Draft[], spelling: unknown): unknown {
  const [only] = content;
  if (spelling === 'list' || content.length !== 1 || only === undefined) return content;
  const { type, text, annotations = [], ...others } = only;
  const plain = (type === 'input_text' || type === 'output_text') && (annotations as readonly unknown[]).length === 0;
  return plain && Object.keys(others).length === 0 ? text : content;
}

function result(part: ToolResultPart, to: Destination): Draft {
  const { extra, custom, callId } = part;
  const form = formOf(extra);
  const isOwn = extra?.dialect === own;
  const draft: Draft = {
    id: form.id,
    type: custom === true ? 'custom_tool_call_output' : 'function_call_output',
    call_id: callId,
    status: form.status,
    output: isOwn ? ownOutput(part, form, to) : foreignOutput(part, to),
  };
  return withExtra(present(draft), extra);
}

function ownOutput(part: ToolResultPart, form: JsonObject, to: Destination): unknown {
  const content = encodeParts(part.content, { to, assistant: false, own: true });
  if (form.output === 'none' && content.length === 0) return undefined;
  const short = inShort(content, form.output);
  return form.output === 'json' && typeof short === 'string' ? parseJson(short) : short;
}

/** There is no member for errors: the text begins with `Error: ` (wire.md 4). */
function foreignOutput(part: ToolResultPart, to: Destination): unknown {
  const content = encodeParts(part.content, { to, assistant: false, own: false });
  if (part.isError === true) {
    const first = content.find(({ type }) => type === 'input_text');
    if (first === undefined) content.unshift({ type: 'input_text', text: 'Error: the tool failed.' });
    else if (!String(first.text).startsWith('Error: ')) first.text = `Error: ${String(first.text)}`;
  }
  return content.length === 0 ? '' : inShort(content, 'text');
}
