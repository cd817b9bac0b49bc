// What is answered where. Paths are matched by their end: clients put /v1, or nothing, before it.
import { anthropicMessages } from './dialects/anthropic-messages.ts';
import { gemini, geminiArray } from './dialects/gemini.ts';
import { openaiChat } from './dialects/openai-chat.ts';
import { openaiErrors } from './dialects/openai-errors.ts';
import { openaiResponses } from './dialects/openai-responses.ts';
import { completions } from './operations/completions.ts';
import { anthropicCount, geminiCount, openaiCount } from './operations/counts.ts';
import { echo } from './operations/echo.ts';
import { geminiEmbedding, geminiEmbeddings, openaiEmbeddings } from './operations/embeddings.ts';
import * as models from './operations/models.ts';
import { moderations } from './operations/moderations.ts';
import { rerank } from './operations/rerank.ts';
import { chat, plain, type Route, type Row } from './route.ts';
import { claudeRows, keptRows, mediaRows } from './routes-kept.ts';

export interface Found {
  readonly route: Route;
  /** The model in the path. */
  readonly model: string | undefined;
  /** The id in the path. */
  readonly id: string | undefined;
}

const table: readonly Row[] = [
  ...keptRows,
  ...mediaRows,
  ['POST', /\/chat\/completions$/, chat(openaiChat)],
  ['POST', /\/completions$/, chat(completions)],
  ['POST', /\/embeddings$/, plain(openaiErrors, openaiEmbeddings)],
  ['POST', /\/moderations$/, plain(openaiErrors, moderations)],
  ['POST', /\/rerank$/, plain(openaiErrors, rerank)],
  ['POST', /\/responses\/input_tokens$/, plain(openaiResponses, openaiCount)],
  ['POST', /\/responses$/, chat(openaiResponses)],
  ['POST', /\/messages\/count_tokens$/, plain(anthropicMessages, anthropicCount)],
  ['POST', /\/messages$/, chat(anthropicMessages)],
  ['POST', /\/models\/(.+):generateContent$/, { ...chat(gemini), streams: 'never' }],
  ['POST', /\/models\/(.+):streamGenerateContent$/, { ...chat(gemini), streams: 'always' }],
  ['POST', /\/models\/(.+):countTokens$/, plain(gemini, geminiCount)],
  ['POST', /\/models\/(.+):embedContent$/, plain(gemini, geminiEmbedding)],
  ['POST', /\/models\/(.+):batchEmbedContents$/, plain(gemini, geminiEmbeddings)],
  ['GET', /\/v1beta\/models$/, plain(gemini, models.geminiModels)],
  ['GET', /\/v1beta\/models\/(.+)$/, plain(gemini, models.geminiModel)],
  ['GET', /\/models$/, plain(openaiErrors, models.openaiModels)],
  ['GET', /\/models\/(.+)$/, plain(openaiErrors, models.openaiModel)],
  ['POST', /\/v1beta\//, plain(gemini, echo)],
  ['POST', /./, plain(openaiErrors, echo)],
];

const anthropicTable: readonly Row[] = [
  ...claudeRows,
  ['GET', /\/models$/, plain(anthropicMessages, models.anthropicModels)],
  ['GET', /\/models\/(.+)$/, plain(anthropicMessages, models.anthropicModel)],
];

/** Which of the two dialects with a `/v1/models` or `/v1/files` is meant is told by a header only one of them sends. */
export function findRoute(method: string, url: URL, anthropic: boolean): Found | undefined {
  for (const [asked, path, route] of anthropic ? [...anthropicTable, ...table] : table) {
    const match = asked === method ? path.exec(url.pathname) : null;
    if (match === null) continue;
    const inArray = route.chat === gemini && route.streams === 'always' && url.searchParams.get('alt') !== 'sse';
    const id = decode(match.groups?.id);
    const model = id === undefined ? decode(match[1]) : undefined;
    return { route: inArray ? { ...route, chat: geminiArray } : route, model, id };
  }
  return undefined;
}

function decode(text: string | undefined): string | undefined {
  try {
    return text && decodeURIComponent(text);
  } catch {
    return text; // a stray percent sign is part of the name
  }
}
