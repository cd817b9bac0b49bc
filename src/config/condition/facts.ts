// What a condition (`when`) may ask of a request, and of which type it is in CEL.
import type { DialectName } from '../../core/index.ts';

export const conditionFacts = {
  model: 'string',
  dialect: 'string',
  operation: 'string',
  stream: 'bool',
  tokens: 'int',
  maxTokens: 'int',
  messages: 'int',
  tools: 'int',
  images: 'bool',
  documents: 'bool',
  audio: 'bool',
  thinking: 'bool',
  json: 'bool',
  headers: 'map<string, string>',
  key: 'string',
  tags: 'list<string>',
  user: 'string',
  route: 'string',
  ip: 'string',
  hour: 'int',
  minute: 'int',
  weekday: 'string',
  time: 'string',
} as const;

export type FactName = keyof typeof conditionFacts;

export function isFact(name: string): name is FactName {
  return Object.hasOwn(conditionFacts, name);
}

/** Facts that are one of some words: a comparison with any other can only be a slip. */
export const factWords: Readonly<Partial<Record<FactName, readonly string[]>>> = {
  dialect: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'] satisfies DialectName[],
  weekday: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
};
