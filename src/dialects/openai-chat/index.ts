// OpenAI Chat Completions and the small endpoints around it: what most vendors speak.
// https://platform.openai.com/docs/api-reference/chat
import type { Dialect } from '../../core/index.ts';
import { endpoints } from './endpoints.ts';
import { encodeError, errorBody } from './error.ts';
import { readEvent } from './event.ts';
import { encodeModel, encodeModels, modelsQuery, readModels } from './models.ts';
import { readUsage } from './usage.ts';

export const openaiChat: Dialect = {
  name: 'openai-chat',
  endpoints,
  encodeError,
  // No [DONE] follows: the official SDKs throw on `error`, and an end that looks clean would hide it.
  encodeStreamError: (failure) => `data: ${errorBody(failure)}\n\n`,
  heartbeat: ': keepalive\n\n',
  readEvent,
  readUsage,
  encodeModels,
  encodeModel,
  readModels,
  modelsQuery,
};
