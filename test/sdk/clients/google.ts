// Google's own SDK.
import { type GenerateContentResponse, GoogleGenAI } from '@google/genai';
import { answering, type Client } from './heard.ts';

export const gemini: Client = {
  name: '@google/genai generateContentStream',
  dialect: 'gemini',
  async listen(body) {
    const client = new GoogleGenAI({
      apiKey: 'x',
      httpOptions: { baseUrl: 'http://gateway.test', fetch: answering(body) },
    });
    const chunks: GenerateContentResponse[] = [];
    for await (const chunk of await client.models.generateContentStream({ model: 'm', contents: 'Hi' })) {
      chunks.push(chunk);
    }
    const first = chunks.flatMap(({ candidates = [] }) => candidates.filter(({ index = 0 }) => index === 0));
    const parts = first.flatMap(({ content }) => content?.parts ?? []);
    const tokens = chunks.findLast(({ usageMetadata }) => usageMetadata !== undefined)?.usageMetadata;
    const input = (tokens?.promptTokenCount ?? -1) + (tokens?.toolUsePromptTokenCount ?? 0);
    const blocked = chunks.some(({ promptFeedback }) => promptFeedback?.blockReason !== undefined);
    const finish = first.findLast(({ finishReason }) => finishReason !== undefined)?.finishReason;
    return {
      text: parts.map(({ text, thought }) => (thought === true ? '' : (text ?? ''))).join(''),
      calls: parts.flatMap(({ functionCall }) =>
        functionCall === undefined
          ? []
          : [{ name: functionCall.name ?? '', arguments: JSON.stringify(functionCall.args ?? {}) }],
      ),
      finish: finish ?? (blocked ? 'SAFETY' : ''),
      usage: { input, output: (tokens?.candidatesTokenCount ?? 0) + (tokens?.thoughtsTokenCount ?? 0) },
    };
  },
};
