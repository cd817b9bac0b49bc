// What is answered where. Paths are matched by their end: clients put /v1, or nothing, before it.
import { anthropicMessages } from './dialects/anthropic-messages.ts';
import { gemini, geminiArray } from './dialects/gemini.ts';
import { openaiChat } from './dialects/openai-chat.ts';
import { openaiErrors } from './dialects/openai-errors.ts';
import { openaiResponses } from './dialects/openai-responses.ts';
import type { Exchange } from './exchange.ts';
import { completions } from './operations/completions.ts';
import { anthropicCount, geminiCount, openaiCount } from './operations/counts.ts';
import { echo } from './operations/echo.ts';
import { geminiEmbedding, geminiEmbeddings, openaiEmbeddings } from './operations/embeddings.ts';
import * as models from './operations/models.ts';
import { moderations } from './operations/moderations.ts';
import { rerank } from './operations/rerank.ts';
import type { Chat, Speech } from './speech.ts';

export interface Route {
  readonly speech: Speech;
  readonly answer: (exchange: Exchange) => unknown;
  /** Set where the answer can be a stream. */
  readonly chat?: Chat;
  readonly streams: 'if asked' | 'always' | 'never';
}

export interface Found {
  readonly route: Route;
  /** The model in the path. */
  readonly model: string | undefined;
}

const table: readonly (readonly [method: string, path: RegExp, route: Route])[] = [
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

const anthropicLists: readonly (readonly [path: RegExp, route: Route])[] = [
  [/\/models$/, plain(anthropicMessages, models.anthropicModels)],
  [/\/models\/(.+)$/, plain(anthropicMessages, models.anthropicModel)],
];

/** Which of the two dialects with a `/v1/models` is meant is told by a header only one of them sends. */
export function findRoute(method: string, url: URL, anthropic: boolean): Found | undefined {
  const rows = anthropic && method === 'GET' ? anthropicLists : table.filter((row) => row[0] === method).map(rowOf);
  for (const [path, route] of rows) {
    const match = path.exec(url.pathname);
    if (match === null) continue;
    const inArray = route.chat === gemini && route.streams === 'always' && url.searchParams.get('alt') !== 'sse';
    return { route: inArray ? { ...route, chat: geminiArray } : route, model: decode(match[1]) };
  }
  return undefined;
}

function rowOf([, path, route]: (typeof table)[number]): readonly [RegExp, Route] {
  return [path, route];
}

function chat(spoken: Chat): Route {
  return { speech: spoken, answer: spoken.answer, chat: spoken, streams: 'if asked' };
}

function plain(speech: Speech, answer: (exchange: Exchange) => unknown): Route {
  return { speech, answer, streams: 'never' };
}

function decode(model: string | undefined): string | undefined {
  try {
    return model && decodeURIComponent(model);
  } catch {
    return model; // a stray percent sign is part of the name
  }
}
