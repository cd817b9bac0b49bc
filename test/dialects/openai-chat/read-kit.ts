// Reads streams of the dialect, for tests.
import assert from 'node:assert/strict';
import type { Answer, Delta, JsonObject } from '../../../src/core/index.ts';
import { Fold } from '../../../src/dialects/canonical/fold.ts';
import { codecs } from '../../../src/dialects/openai-chat/codecs.ts';

export const origin = 'openai-chat/groq';
export const head = { id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm' };

export type Event = JsonObject | string;

export function chunk(delta: JsonObject, more: JsonObject = {}): JsonObject {
  return { ...head, choices: [{ index: 0, delta, finish_reason: null, ...more }] };
}

export const role = chunk({ role: 'assistant', content: '' });
export const stop = chunk({}, { finish_reason: 'stop' });
export const done = '[DONE]';

export function read(...events: Event[]): { deltas: Delta[]; fold: Fold; answer: Answer } {
  const decoder = codecs.chat.decodeStream({ origin });
  const deltas = events.flatMap((event) => [
    ...decoder.event('', typeof event === 'string' ? event : JSON.stringify(event)),
  ]);
  deltas.push(...decoder.end());
  const fold = new Fold();
  for (const delta of deltas) fold.push(delta);
  inOrder(deltas);
  return { deltas, fold, answer: fold.answer() };
}

/** Parts of a candidate one after the other, then its finish; one start, one end. */
function inOrder(deltas: readonly Delta[]): void {
  const open = new Map<number, number | undefined>();
  const next = new Map<number, number>();
  for (const [at, delta] of deltas.entries()) {
    if (delta.type === 'answer-start') assert.equal(at, 0);
    if (delta.type === 'answer-end') assert.equal(at, deltas.length - 1);
    if (!('candidate' in delta)) continue;
    if (delta.type === 'part-start') {
      assert.equal(open.get(delta.candidate), undefined, 'a part is still open');
      assert.equal(delta.index, next.get(delta.candidate) ?? 0);
      open.set(delta.candidate, delta.index);
      next.set(delta.candidate, delta.index + 1);
    } else if (delta.type !== 'finish') assert.equal(open.get(delta.candidate), delta.index);
    else assert.equal(open.get(delta.candidate), undefined, 'finished with a part open');
    if (delta.type === 'part-end') open.set(delta.candidate, undefined);
  }
}

export function parts(answer: Answer, candidate = 0): unknown[] {
  return (answer.candidates[candidate]?.parts ?? []).map(({ extra: _, ...part }) => part);
}

export const piece = (index: number | undefined, more: JsonObject, text?: unknown, name?: string): JsonObject => ({
  ...(index === undefined ? {} : { index }),
  ...more,
  function: { ...(name === undefined ? {} : { name }), ...(text === undefined ? {} : { arguments: text }) },
});
export const calls = (...tool_calls: JsonObject[]) => chunk({ tool_calls });
