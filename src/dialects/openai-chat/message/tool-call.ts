// One tool call of an assistant message, both ways.
import type { NativePart, Opaque, ToolCallPart } from '../../../core/index.ts';
import { parseExact } from '../../canonical/numbers.ts';
import { asObject, asString, type JsonObject } from '../../json.ts';
import { complete, formOf, Members, own } from '../members.ts';
import type { ReadOpaque } from './decode-reasoning.ts';

export function decodeToolCall(value: unknown, read: ReadOpaque): ToolCallPart | NativePart {
  const node = asObject(value) ?? {};
  const members = new Members(node);
  const type = members.string('type');
  const custom = type === 'custom';
  const inner = members.inside(custom ? 'custom' : 'function');
  if (inner === undefined) return { kind: 'native', dialect: own, type: 'tool_call', raw: node };
  if (type !== (custom ? 'custom' : 'function')) members.form.type = type ?? null;
  // Numbers the call for clients of streams; some vendors leave it in whole answers.
  const index = members.number('index');
  if (index !== undefined) members.form.index = index;
  const id = members.string('id') ?? '';
  const name = inner.string('name') ?? '';
  const opaque = decodeSignature(members, read);
  const text = readArguments(inner.take(custom ? 'input' : 'arguments'), members.form);
  return {
    kind: 'tool-call',
    id,
    name,
    arguments: text,
    ...(custom ? { custom } : {}),
    ...(opaque === undefined ? {} : { opaque }),
    ...extraOf(members),
  };
}

/** The place Google's own OpenAI endpoint has for a signature: `extra_content.google.thought_signature` (wire.md 6). */
export function decodeSignature(members: Members, read: ReadOpaque): Opaque | undefined {
  const google = asObject(asObject(members.node.extra_content)?.google);
  if (asString(google?.thought_signature) === undefined) return undefined;
  const signature = members.inside('extra_content')?.inside('google')?.string('thought_signature');
  return signature === undefined ? undefined : read(signature);
}

/** Text by the specification; some vendors give the object, or nothing where there are none. */
function readArguments(value: unknown, form: Record<string, unknown>): string {
  if (typeof value === 'string') return value;
  form.arguments = value === undefined ? 'absent' : 'object';
  return value === undefined || value === null ? '{}' : JSON.stringify(value);
}

function extraOf(members: Members) {
  const extra = members.extraIfAny();
  return extra === undefined ? {} : { extra };
}

/** `isOwn`: what stands there is as a vendor or client of this dialect said it. `id`: in place of one that the part lacks. */
export function encodeToolCall(
  part: ToolCallPart,
  signature: string | undefined,
  isOwn: boolean,
  id = part.id,
): JsonObject {
  const form = formOf(part.extra);
  const call = asCalled(part, form, isOwn);
  const type = form.type === undefined ? (part.custom ? 'custom' : 'function') : form.type;
  const out: Record<string, unknown> = {
    ...(typeof form.index === 'number' ? { index: form.index } : {}),
    ...(id === '' ? {} : { id }),
    ...(type === null ? {} : { type }),
    ...(part.custom ? { custom: call } : { function: call }),
    ...(signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } }),
  };
  return complete(out, part.extra);
}

/** Clients parse the arguments: none at all are told as `{}`. */
function asCalled(part: ToolCallPart, form: JsonObject, isOwn: boolean): JsonObject {
  const name = part.name === '' ? {} : { name: part.name };
  if (part.custom) return { ...name, input: part.arguments };
  if (form.arguments === 'absent' && part.arguments === '{}') return name;
  if (form.arguments !== 'object')
    return { ...name, arguments: isOwn || part.arguments !== '' ? part.arguments : '{}' };
  return { ...name, arguments: parseExact(part.arguments) ?? part.arguments };
}
