// One event of a chat or text completion stream. Its end is `data: [DONE]`, but some servers leave that out (GPUStack, in
// recorded traffic) and every client does without: a chunk in which all choices have finished is an end as well.
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
  const choices = asArray(chunk.choices);
  const terminal = choices !== undefined && choices.length > 0 && choices.every(isFinished);
  if (usage !== undefined || terminal) return { ...output, usage, terminal };
  return choices?.every(saysNothing) ? announcement : output;
}

function isFinished(choice: unknown): boolean {
  return (asObject(choice)?.finish_reason ?? null) !== null;
}

/** A choice with a role at most. Azure opens with no choices at all, Mistral puts the first text beside the role. */
function saysNothing(value: unknown): boolean {
  const choice = asObject(value);
  if (choice === undefined || !isEmpty(choice.text)) return false;
  const delta = asObject(choice.delta) ?? {};
  return Object.keys(delta).every((key) => key === 'role' || isEmpty(delta[key]));
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
