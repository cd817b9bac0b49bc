// One event of a chat or text completion stream.
import type { EventMeaning } from '../../core/index.ts';
import { asArray, asObject, errorMessage, parseJson } from '../json.ts';
import { announcement, output } from '../meaning.ts';
import { readUsage } from './usage.ts';

const done: EventMeaning = { ...output, terminal: true };

export function readEvent(event: string, data: string): EventMeaning {
  if (data === '') return announcement;
  if (data.trim() === '[DONE]') return done;
  const chunk = asObject(parseJson(data));
  if (chunk === undefined) return output;
  // vLLM and a few others say {object: 'error', message} or use `event: error`.
  const failed = (chunk.error ?? null) !== null || chunk.object === 'error' || event === 'error';
  if (failed) return { ...output, error: errorMessage(chunk) ?? 'The upstream reported an error.' };
  const usage = readUsage(chunk);
  if (usage !== undefined) return { ...output, usage };
  const choices = asArray(chunk.choices);
  return choices?.every(saysNothing) ? announcement : output;
}

/** A choice with a role at most. Azure opens with no choices at all, Mistral puts the first text beside the role. */
function saysNothing(value: unknown): boolean {
  const choice = asObject(value);
  if (choice === undefined || (choice.finish_reason ?? null) !== null || !isEmpty(choice.text)) return false;
  const delta = asObject(choice.delta) ?? {};
  return Object.keys(delta).every((key) => key === 'role' || isEmpty(delta[key]));
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
