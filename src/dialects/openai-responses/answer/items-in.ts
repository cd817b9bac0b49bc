// The items of an answer's `output` as canonical parts. A message is as many parts as it has pieces of content: the first
// remembers the message, the last how it ended.
import type { Extra, JsonObject, Origin, Part } from '../../../core/index.ts';
import { asArray, asObject, asString } from '../../json.ts';
import { decodeCall, isCall } from '../content/calls.ts';
import { decodeReasoning } from '../content/reasoning.ts';
import { decodeSearch } from '../content/search.ts';
import { decodeRefusal, decodeText } from '../content/text.ts';
import { type Draft, Members, own } from '../members.ts';

export function decodeItem(value: unknown, from: Origin): Part[] {
  const node = asObject(value);
  if (node === undefined) return [native({ value }, typeof value)];
  const type = asString(node.type) ?? 'unknown';
  if (type === 'message') return decodeMessage(node);
  if (isCall(type)) return [decodeCall(node)];
  if (type === 'reasoning') return [decodeReasoning(node, (data) => ({ origin: from.origin, data }))];
  const search = type === 'web_search_call' ? decodeSearch(node) : undefined;
  return [search ?? native(node, type)];
}

function native(raw: JsonObject, type: string): Part {
  return { kind: 'native', dialect: own, type, raw };
}

export function decodeMessage(node: JsonObject): Part[] {
  const content = asArray(node.content) ?? [];
  const { start, end } = messageForms(node);
  if (content.length === 0) {
    return [
      {
        kind: 'text',
        text: '',
        extra: { dialect: own, form: { start, end: { ...end, empty: node.content ?? null } } },
      },
    ];
  }
  const last = content.length - 1;
  return content.map((piece, at) => decodePiece(piece, at === 0 ? start : undefined, at === last ? end : undefined));
}

/** What of a message is known when it begins, and what when it ends. */
export function messageForms(node: JsonObject): { readonly start: Draft; readonly end: Draft } {
  const { id, role, phase, type: _, content: __, ...end } = node;
  const start: Draft = {};
  if (id !== undefined) start.id = id;
  if (role !== undefined) start.role = role;
  if (phase !== undefined) start.phase = phase;
  return { start, end };
}

export function decodePiece(value: unknown, start: Draft | undefined, end: Draft | undefined): Part {
  const form = { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
  const node = asObject(value) ?? {};
  if (node.type === 'output_text' || node.type === 'text') return decodeText(node, 'output_text', form);
  if (node.type === 'refusal') return decodeRefusal(node, form);
  // A piece without a canonical word: what it says, if it says anything, is kept as it is.
  const members = new Members(node);
  const extra: Extra = members.extra({ ...form, piece: true });
  return { kind: 'text', text: '', extra };
}
