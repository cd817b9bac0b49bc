// An assistant message, in a request or as the answer: reasoning, content, refusal, images, tool calls, in this order.
import type { MediaPart, NativePart, Part, TextPart } from '../../../core/index.ts';
import { asObject, asString, type JsonObject } from '../../json.ts';
import { type Members, own } from '../members.ts';
import { decodeAnnotation } from './citations.ts';
import { decodeContent } from './decode-content.ts';
import { decodeMedia } from './decode-media.ts';
import { decodeReasoning, type ReadOpaque } from './decode-reasoning.ts';
import { decodeToolCall } from './tool-call.ts';

export function decodeAssistant(members: Members, read: ReadOpaque, opensEnvelopes: boolean): Part[] {
  const reasoning = decodeReasoning(members, read, opensEnvelopes);
  const content = cited(decodeContent(members), members);
  const refusal = members.string('refusal');
  return [
    ...reasoning,
    ...content,
    ...(refusal === undefined ? [] : [{ kind: 'refusal', text: refusal } as const]),
    ...images(members),
    ...(members.list('tool_calls') ?? []).map((call) => decodeToolCall(call, read)),
    ...legacyCall(members),
    ...audio(members),
  ];
}

/** To the first text: only a content that is one text has annotations. */
function cited(content: Part[], members: Members): Part[] {
  const at = content.findIndex(({ kind }) => kind === 'text');
  const citations = at === -1 ? undefined : members.list('annotations')?.map(decodeAnnotation);
  if (citations === undefined) return content;
  return content.with(at, { ...(content[at] as TextPart), citations });
}

/** OpenRouter's place for pictures that a model made: `images: [{type: 'image_url', image_url: {url}}]`. */
function images(members: Members): Part[] {
  return (members.list('images') ?? []).map((value): MediaPart | NativePart => {
    const node = asObject(value) ?? { value };
    return decodeMedia('image_url', node) ?? { kind: 'native', dialect: own, type: 'image', raw: node };
  });
}

/** What calls were before `tool_calls`: one for each message, without an id. */
function legacyCall(members: Members): Part[] {
  const call = members.object('function_call');
  if (call === undefined) return [];
  const { name, arguments: text } = call as JsonObject;
  const extra = { dialect: own, form: { legacy: true } } as const;
  return [
    {
      kind: 'tool-call',
      id: '',
      name: asString(name) ?? '',
      arguments: asString(text) ?? JSON.stringify(text ?? {}),
      extra,
    },
  ];
}

/** Speech, with an id that stands for it in later requests. */
function audio(members: Members): Part[] {
  const raw = members.object('audio');
  return raw === undefined ? [] : [{ kind: 'native', dialect: own, type: 'audio', raw }];
}
