// Who listens to each dialect.
import type { DialectName } from '../../../src/core/index.ts';
import { anthropicMessages } from './anthropic.ts';
import { gemini } from './google.ts';
import type { Client } from './heard.ts';
import { openaiChat, openaiResponses } from './openai.ts';
import { vercel } from './vercel.ts';

export const clients: Readonly<Record<DialectName, readonly Client[]>> = {
  'openai-chat': [openaiChat, vercel('openai-chat')],
  'openai-responses': [openaiResponses, vercel('openai-responses')],
  'anthropic-messages': [anthropicMessages, vercel('anthropic-messages')],
  gemini: [gemini, vercel('gemini')],
};
