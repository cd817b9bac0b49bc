// The AI SDK of Vercel with its provider for each dialect.
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { jsonSchema, type LanguageModel, streamText, tool } from 'ai';
import type { DialectName } from '../../../src/core/index.ts';
import { answering, type Client, type Heard } from './heard.ts';

Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

const models: Readonly<Record<DialectName, (fetch: typeof globalThis.fetch) => LanguageModel>> = {
  'openai-chat': (fetch) => createOpenAI({ apiKey: 'x', fetch }).chat('m'),
  'openai-responses': (fetch) => createOpenAI({ apiKey: 'x', fetch }).responses('m'),
  'anthropic-messages': (fetch) => createAnthropic({ apiKey: 'x', fetch })('m'),
  gemini: (fetch) => createGoogleGenerativeAI({ apiKey: 'x', fetch })('m'),
};

export function vercel(dialect: DialectName): Client {
  return {
    name: 'ai + @ai-sdk provider',
    dialect,
    listen: (body, tools) => listen(models[dialect](answering(body)), tools),
  };
}

async function listen(model: LanguageModel, names: readonly string[]): Promise<Heard> {
  const anything = tool({ inputSchema: jsonSchema<object>({ type: 'object', additionalProperties: true }) });
  const tools = Object.fromEntries(names.map((name) => [name, anything]));
  const heard = { text: '', calls: [] as Heard['calls'][number][], finish: '', usage: { input: -1, output: -1 } };
  const { fullStream } = streamText({ model, prompt: 'Hi', tools, maxRetries: 0, onError: () => undefined });
  for await (const part of fullStream) {
    switch (part.type) {
      case 'error':
        throw part.error;
      case 'text-delta':
        heard.text += part.text;
        break;
      case 'tool-call':
        if (part.providerExecuted !== true) heard.calls.push({ name: part.toolName, arguments: written(part.input) });
        break;
      case 'finish':
        heard.finish = part.finishReason;
        heard.usage = { input: part.totalUsage.inputTokens ?? -1, output: part.totalUsage.outputTokens ?? -1 };
        break;
      default:
    }
  }
  return heard;
}

/** Arguments that are no JSON are handed over as they came. */
function written(input: unknown): string {
  return typeof input === 'string' ? input : JSON.stringify(input);
}
