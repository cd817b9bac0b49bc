// `content`: a text or a list of parts.
import type { Part, ReasoningPart, TextPart } from '../../../core/index.ts';
import { asArray, asObject, asString, type JsonObject } from '../../json.ts';
import { Members, own } from '../members.ts';
import { decodeMedia } from './decode-media.ts';

/** The parts; how they were spelled goes into the form of `members`, the message they stand in. */
export function decodeContent(members: Members): Part[] {
  const content = members.take('content');
  if (typeof content === 'string') {
    if (content !== '') return [{ kind: 'text', text: content }];
    members.form.content = '';
    return [];
  }
  const list = asArray(content);
  if (list !== undefined) {
    members.form.content = 'list';
    return list.map(decodePart);
  }
  members.form.content = content === undefined ? 'absent' : content;
  return [];
}

function decodePart(value: unknown): Part {
  const node = asObject(value);
  if (node === undefined)
    return {
      kind: 'text',
      text: asString(value) ?? JSON.stringify(value) ?? '',
      extra: { dialect: own, form: { bare: value } },
    };
  const type = asString(node.type) ?? '';
  const part =
    type === 'text' || type === 'refusal'
      ? textPart(type, node)
      : type === 'thinking'
        ? thinking(node)
        : decodeMedia(type, node);
  return part ?? { kind: 'native', dialect: own, type, raw: node };
}

function textPart(type: 'text' | 'refusal', node: JsonObject): TextPart | Part | undefined {
  const text = asString(node[type]);
  if (text === undefined) return undefined;
  const members = new Members(node);
  members.take('type');
  members.take(type);
  if (type === 'refusal') members.form.slot = 'content';
  const extra = members.extraIfAny();
  return { kind: type, text, ...(extra === undefined ? {} : { extra }) };
}

/** Mistral: `{type: 'thinking', thinking: [{type: 'text', text}], closed}`. */
function thinking(node: JsonObject): ReasoningPart | undefined {
  const members = new Members(node);
  members.take('type');
  const texts = asArray(members.take('thinking'))?.map((chunk) => plainText(asObject(chunk)));
  if (texts === undefined || texts.includes(undefined)) return undefined;
  members.form.slot = 'content';
  // One chunk is usual; the lengths of several lead back to them.
  if (texts.length !== 1) members.form.chunks = texts.map((text) => text?.length);
  return { kind: 'reasoning', text: texts.join(''), extra: members.extra() };
}

function plainText(chunk: JsonObject | undefined): string | undefined {
  return chunk?.type === 'text' && Object.keys(chunk).length === 2 ? asString(chunk.text) : undefined;
}
