// Which dialect is closest to which: where a vendor speaks several but not the caller's, it is asked in the first of these.
import type { DialectName } from '../core/index.ts';

/**
 * The Responses API carries reasoning that can be given back, so it comes before Chat; compatible layers of vendors are
 * usually better kept for Chat than for the two others.
 */
export const closest: Readonly<Record<DialectName, readonly DialectName[]>> = {
  'openai-chat': ['openai-responses', 'anthropic-messages', 'gemini'],
  'openai-responses': ['openai-chat', 'anthropic-messages', 'gemini'],
  'anthropic-messages': ['openai-responses', 'openai-chat', 'gemini'],
  gemini: ['openai-responses', 'openai-chat', 'anthropic-messages'],
};
