// Content blocks -> parts: the same in requests and in answers.
import type {
  JsonObject,
  Opaque,
  Part,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../../../core/index.ts';
import { unwrap } from '../../canonical/envelope.ts';
import { given } from '../../canonical/given.ts';
import { unsigned } from '../../canonical/unsigned.ts';
import { asArray, asObject, asString } from '../../json.ts';
import { Members, own } from '../members.ts';
import { decodeCitations } from './citations.ts';
import { decodeDocument, decodeImage, decodeSearchResult } from './decode-media.ts';
import { decodeSearchAnswer, decodeSearchCall, joined } from './search.ts';

/** Blobs of an upstream are stamped with it; those of a client may be in an envelope. */
export type Blob = (text: string) => Opaque;

export function blobOf(origin: string | undefined): Blob {
  return origin === undefined ? unwrap : (data) => ({ origin, data });
}

/** What is no object is not there. */
export function decodeBlocks(blocks: readonly unknown[], blob: Blob): Part[] {
  const parts: Part[] = [];
  for (const value of blocks) {
    const block = asObject(value);
    if (block === undefined) continue;
    const part = decodeBlock(block, blob);
    const pair = joined(parts.at(-1), part);
    if (pair === undefined) parts.push(part);
    else parts[parts.length - 1] = pair;
  }
  return parts;
}

export function decodeBlock(block: JsonObject, blob: Blob): Part {
  return known(block, blob) ?? { kind: 'native', dialect: own, type: asString(block.type) ?? 'unknown', raw: block };
}

/** Undefined where the block is of a type unknown, or not as its type should be. */
function known(block: JsonObject, blob: Blob): Part | undefined {
  switch (block.type) {
    case 'text':
      return decodeText(block);
    case 'thinking':
    case 'redacted_thinking':
      return decodeThinking(block, blob);
    case 'tool_use':
      return decodeToolUse(block);
    case 'tool_result':
      return decodeToolResult(block, blob);
    case 'image':
      return decodeImage(block);
    case 'document':
      return decodeDocument(block, blob);
    case 'search_result':
      return decodeSearchResult(block, blob);
    case 'server_tool_use':
      return decodeSearchCall(block);
    case 'web_search_tool_result':
      return decodeSearchAnswer(block);
    default:
      return undefined;
  }
}

function decodeText(block: JsonObject): TextPart | undefined {
  const members = new Members(block);
  members.take('type');
  const text = members.string('text');
  if (text === undefined) return undefined;
  const citations = decodeCitations(members.list('citations'));
  return { kind: 'text', text, ...given({ citations, extra: members.extra() }) };
}

export function decodeThinking(block: JsonObject, blob: Blob): ReasoningPart {
  const members = new Members(block);
  const redacted = members.take('type') === 'redacted_thinking';
  const signature = members.string(redacted ? 'data' : 'signature');
  const isSigned = signature !== undefined && signature !== '' && signature !== unsigned;
  const opaque = isSigned ? { ...blob(signature), ...(redacted ? { redacted } : {}) } : undefined;
  const text = redacted ? '' : (members.string('thinking') ?? '');
  const extra = members.extra(signature === unsigned ? { unsigned: true } : undefined);
  return { kind: 'reasoning', text, ...(redacted ? { redacted } : {}), ...given({ opaque, extra }) };
}

export function decodeToolUse(block: JsonObject): ToolCallPart {
  const members = new Members(block);
  members.take('type');
  silenceDirectCaller(members);
  const id = members.string('id') ?? '';
  const name = members.string('name') ?? '';
  const input = members.take('input');
  const call = JSON.stringify(input ?? {});
  return { kind: 'tool-call', id, name, arguments: call, ...given({ extra: members.extra() }) };
}

/** A call by the model itself is the usual one; others are made by its code. */
export function silenceDirectCaller(members: Members): void {
  const caller = asObject(members.node.caller);
  if (caller?.type === 'direct' && Object.keys(caller).length === 1) members.silence('caller');
}

function decodeToolResult(block: JsonObject, blob: Blob): ToolResultPart {
  const members = new Members(block);
  members.take('type');
  const callId = members.string('tool_use_id') ?? '';
  const isError = members.boolean('is_error');
  const spelled = typeof block.content === 'string' ? 'string' : Array.isArray(block.content) ? undefined : 'none';
  const content: Part[] =
    spelled === 'string'
      ? [{ kind: 'text', text: members.string('content') ?? '' }]
      : decodeBlocks(asArray(spelled === 'none' ? undefined : members.take('content')) ?? [], blob);
  const extra = members.extra(spelled === undefined ? undefined : { content: spelled });
  return { kind: 'tool-result', callId, content, ...given({ isError, extra }) };
}
