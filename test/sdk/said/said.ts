// What a recorded stream says, read from its raw events and nothing else: no codec had a hand in it.
import type { DialectName, FinishReason, JsonObject } from '../../../src/core/index.ts';
import { EventSplitter } from '../../../src/dialects/sse.ts';
import { readMessages } from './anthropic-messages.ts';
import { readGenerated } from './gemini.ts';
import { readChunks } from './openai-chat.ts';
import { readResponse } from './openai-responses.ts';

export interface Call {
  readonly name: string;
  /** JSON text; of a custom call the text itself. */
  arguments: string;
  readonly custom: boolean;
}

export interface Said {
  /** Refusals included. */
  text: string;
  calls: Call[];
  finish: FinishReason | undefined;
  usage: { input: number; output: number } | undefined;
  /** The dialect's own end has come. */
  ended: boolean;
  failed: boolean;
}

const readers: Readonly<Record<DialectName, (said: Said, events: readonly JsonObject[], done: boolean) => void>> = {
  'openai-chat': readChunks,
  'openai-responses': readResponse,
  'anthropic-messages': readMessages,
  gemini: readGenerated,
};

export function saidIn(dialect: DialectName, sse: string): Said {
  const said: Said = { text: '', calls: [], finish: undefined, usage: undefined, ended: false, failed: false };
  const splitter = new EventSplitter();
  const data = [...splitter.push(Buffer.from(sse)), ...splitter.end()].map((event) => event.data);
  const events = data.filter((text) => text !== '' && text !== '[DONE]').map(parsed);
  const whole = events.filter((event) => event !== undefined);
  said.failed = whole.length < events.length || whole.some((event) => 'error' in event && event.error !== null);
  readers[dialect](said, whole, data.includes('[DONE]'));
  if (said.finish === 'end' && said.calls.length > 0) said.finish = 'tool';
  return said;
}

function parsed(text: string): JsonObject | undefined {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    // A recording with a broken event: the stream has failed.
    return undefined;
  }
}
