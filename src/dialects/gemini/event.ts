// One event of a stream: each is a whole GenerateContentResponse. There is no event that ends the stream; a finish
// reason (or a blocked prompt) is what says that the answer is complete. Some models send it more than once.
import type { EventMeaning } from '../../core/index.ts';
import { asArray, asObject, errorMessage, parseJson } from '../json.ts';
import { announcement, output } from '../meaning.ts';
import { readUsage } from './usage.ts';

export function readEvent(_event: string, data: string): EventMeaning {
  if (data === '') return announcement;
  const body = asObject(parseJson(data));
  if (body === undefined) return output;
  if (asObject(body.error) !== undefined) {
    return { ...output, error: errorMessage(body) ?? 'The upstream reported an error.' };
  }
  const candidates = asArray(body.candidates) ?? [];
  const terminal = candidates.some(isFinished) || (asObject(body.promptFeedback)?.blockReason ?? null) !== null;
  const lifecycle = !terminal && !candidates.some(saysSomething);
  return { lifecycle, terminal, error: undefined, usage: readUsage(body) };
}

function isFinished(candidate: unknown): boolean {
  return (asObject(candidate)?.finishReason ?? null) !== null;
}

function saysSomething(candidate: unknown): boolean {
  const parts = asArray(asObject(asObject(candidate)?.content)?.parts) ?? [];
  return parts.some((part) => Object.entries(asObject(part) ?? {}).some(([, value]) => value !== ''));
}
