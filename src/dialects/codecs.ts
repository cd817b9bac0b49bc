// What each dialect does for translation. Apart from the list of dialects, because most requests are never translated.
import type { Codecs, DialectName } from '../core/index.ts';
import { codecs as anthropicMessages } from './anthropic-messages/codecs.ts';
import { codecs as gemini } from './gemini/codecs.ts';
import { codecs as openaiChat } from './openai-chat/codecs.ts';
import { codecs as openaiResponses } from './openai-responses/codecs.ts';

export const codecs: Readonly<Record<DialectName, Codecs>> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
  gemini,
};
