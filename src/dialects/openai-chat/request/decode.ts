// A chat completion request -> a conversation.
// https://platform.openai.com/docs/api-reference/chat/create
import { type Asked, type Conversation, GatewayError, type JsonObject } from '../../../core/index.ts';
import { given } from '../../canonical/given.ts';
import { asArray, asString } from '../../json.ts';
import { Members } from '../members.ts';
import { decodeTurn } from './decode-turn.ts';
import { decodeFormat } from './format.ts';
import { decodeReasoningWish } from './reasoning.ts';
import { decodeSampling } from './sampling.ts';
import { decodeToolChoice } from './tool-choice.ts';
import { decodeTools } from './tools.ts';

export function decodeRequest(body: JsonObject, asked: Asked): Conversation {
  const messages = asArray(body.messages);
  if (messages === undefined) {
    throw new GatewayError('invalid-request', { message: '`messages` must be a list.', param: 'messages' });
  }
  const members = new Members(body);
  const head = decodeHead(members, asked);
  members.take('messages');
  const toolChoice = decodeToolChoice(members);
  const conversation = given<Omit<Conversation, 'extra'>>({
    ...head,
    turns: messages.map(decodeTurn),
    tools: decodeTools(members),
    ...(toolChoice === undefined ? {} : { toolChoice }),
    reasoning: decodeReasoningWish(members),
    format: decodeFormat(members),
    ...decodeSampling(members),
  });
  const extra = members.extra();
  // Without sound an answer that was to be spoken is another one (wire.md 13).
  const spoken = asArray(body.modalities)?.includes('audio') === true;
  return { ...conversation, extra: spoken ? { ...extra, needed: ['modalities'] } : extra };
}

/** Model and stream, and how the latter was asked for. */
export function decodeHead(members: Members, asked: Asked): { readonly model: string; readonly stream: boolean } {
  const stream = members.boolean('stream');
  if (stream !== undefined) members.form.stream = stream;
  const options = members.node.stream_options;
  if (isPlainOptions(options)) members.form.streamOptions = members.take('stream_options');
  return { model: asked.model ?? asString(members.take('model')) ?? '', stream: asked.stream };
}

/** What is said about the stream itself concerns the gateway and is no loss elsewhere. */
function isPlainOptions(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.keys(value).every((name) => name === 'include_usage' || name === 'include_obfuscation');
}
