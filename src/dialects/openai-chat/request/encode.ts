// A conversation -> a chat completion request.
import type { Conversation, Destination, JsonObject } from '../../../core/index.ts';
import { wordedFormat } from '../../canonical/worded-format.ts';
import { complete, formOf, own } from '../members.ts';
import { encodeTurns } from './encode-turns.ts';
import { encodeFormat } from './format.ts';
import { encodeReasoningWish } from './reasoning.ts';
import { encodeSampling } from './sampling.ts';
import { encodeToolChoice } from './tool-choice.ts';
import { encodeTools } from './tools.ts';

export function encodeRequest(asked: Conversation, to: Destination): JsonObject {
  const { notes } = to;
  const conversation = wordedFormat(asked, own, notes);
  const { extra, format } = conversation;
  notes.dropExtra('request', extra, own);
  const messages = encodeTurns(conversation, to);
  const out: Record<string, unknown> = { model: to.model, messages };
  encodeTools(conversation, out, notes);
  encodeToolChoice(conversation, out, notes);
  encodeReasoningWish(conversation, out, to);
  encodeFormat(conversation, out, notes);
  encodeSampling(conversation, out, to);
  encodeStream(conversation, to, out);
  if (format?.kind === 'json' && extra?.dialect !== own) sayJson(messages);
  return complete(out, extra);
}

function encodeStream({ extra }: Conversation, { stream, facts }: Destination, out: Record<string, unknown>): void {
  const { stream: asked, streamOptions, prompt } = formOf(extra);
  if (stream || asked === false) out.stream = stream;
  const wished = streamOptions as JsonObject | undefined;
  // Limits and records need the usage whether the client asked or not. A client that speaks to its own vendor, who may not
  // know the option, is left alone.
  const forced = stream && (facts.streamUsage ?? (extra?.dialect !== own || prompt !== undefined));
  if (forced) out.stream_options = { ...wished, include_usage: true };
  else if (wished !== undefined && stream) out.stream_options = wished;
}

/** OpenAI refuses `json_object` where no message says the word: "'messages' must contain the word 'json' in some form". */
function sayJson(messages: JsonObject[]): void {
  if (
    messages.some(({ content }) => /json/i.test(typeof content === 'string' ? content : JSON.stringify(content ?? '')))
  )
    return;
  messages.unshift({ role: 'system', content: 'Answer with a JSON object.' });
}
