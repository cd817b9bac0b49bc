// The items of `input`, one turn each.
import type { JsonObject, Part, ToolResultPart, Turn } from '../../../core/index.ts';
import { unwrap } from '../../canonical/envelope.ts';
import { asArray, asObject, asString } from '../../json.ts';
import { decodeCall, isCall } from '../content/calls.ts';
import { decodePart } from '../content/parts-in.ts';
import { decodeReasoning } from '../content/reasoning.ts';
import { decodeSearch } from '../content/search.ts';
import { given, Members, own } from '../members.ts';

const roles: ReadonlySet<unknown> = new Set(['system', 'developer', 'user', 'assistant']);

export function decodeItem(value: unknown): Turn {
  const node = asObject(value);
  if (node === undefined) return nativeTurn({ value }, typeof value);
  const type = asString(node.type);
  if ((type ?? 'message') === 'message' && roles.has(node.role)) return message(node);
  if (isCall(type)) return turnOf('assistant', decodeCall(node));
  if (type === 'function_call_output' || type === 'custom_tool_call_output') return turnOf('user', decodeResult(node));
  if (type === 'reasoning') return turnOf('assistant', decodeReasoning(node, unwrap));
  const search = type === 'web_search_call' ? decodeSearch(node) : undefined;
  return search === undefined ? nativeTurn(node, type ?? 'item_reference') : turnOf('assistant', search);
}

function turnOf(role: Turn['role'], part: Part): Turn {
  return { role, parts: [part], extra: { dialect: own } };
}

function nativeTurn(raw: JsonObject, type: string): Turn {
  // What clients answer to a tool of the vendor's, and where they approve of one.
  const role = type.endsWith('_output') || type.endsWith('_response') ? 'user' : 'assistant';
  return turnOf(role, { kind: 'native', dialect: own, type, raw });
}

function message(node: JsonObject): Turn {
  const members = new Members(node);
  const role = members.take('role') as Turn['role'];
  const id = members.string('id');
  const status = members.string('status');
  const typed = members.string('type') !== undefined;
  const text = members.string('content');
  const list = members.list('content');
  const usual = role === 'assistant' ? 'output_text' : 'input_text';
  const parts = text === undefined ? (list ?? []).map((part) => decodePart(part, usual)) : [textOf(text)];
  const spelling = text === undefined ? (list === undefined ? 'none' : 'list') : 'text';
  return {
    role,
    parts,
    ...given('id', id),
    extra: members.extra({ ...given('status', status), ...(typed ? { typed } : {}), content: spelling }),
  };
}

function textOf(text: string): Part {
  return { kind: 'text', text };
}

function decodeResult(node: JsonObject): ToolResultPart {
  const members = new Members(node);
  const custom = members.take('type') === 'custom_tool_call_output';
  const callId = members.string('call_id') ?? '';
  const id = members.string('id');
  const status = members.string('status');
  const { parts, spelling } = output(members.take('output'));
  return {
    kind: 'tool-result',
    callId,
    content: parts,
    ...(custom ? { custom } : {}),
    extra: members.extra({ ...given('id', id), ...given('status', status), output: spelling }),
  };
}

/** Text or a list of parts; clients have been seen to send other JSON, which the model can only read as text. */
function output(value: unknown): { readonly parts: readonly Part[]; readonly spelling: string } {
  if (typeof value === 'string') return { parts: [textOf(value)], spelling: 'text' };
  const list = asArray(value);
  if (list !== undefined) return { parts: list.map((part) => decodePart(part, 'input_text')), spelling: 'list' };
  if (value === undefined) return { parts: [], spelling: 'none' };
  return { parts: [textOf(JSON.stringify(value))], spelling: 'json' };
}
