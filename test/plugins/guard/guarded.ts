// A gateway with a guard, an upstream of each dialect that says and hears secrets, and what became of them.
import type { DialectName, JsonObject } from '../../../src/core/index.ts';
import { asking, rigOf } from '../../gateway/translate/rig.ts';
import { chainOf } from '../../support/chain.ts';
import { type Answer, events, json } from '../../support/upstream.ts';

export async function guarded(dialect: DialectName, settings: Record<string, unknown>, answer?: Answer) {
  const plugins = await chainOf('auth', { guard: settings }, 'translator', 'balancer');
  const rig = await rigOf(dialect, {}, { plugins });
  if (answer !== undefined) rig.upstream.answer = answer;
  return rig;
}

/** The request of a dialect with this text from its user. */
export function saying(dialect: DialectName, text: string, stream = false): { path: string; body: JsonObject } {
  const { path, body } = asking(dialect, stream);
  return { path, body: JSON.parse(JSON.stringify(body).replace('"hello"', JSON.stringify(text))) };
}

/** Of an upstream of chat completions: these pieces of text, streamed. */
export function chatStream(pieces: readonly string[], more: readonly JsonObject[] = []): Answer {
  const head = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'model-a' };
  const chunk = (delta: JsonObject, finish: string | null = null) =>
    `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  return events(
    chunk({ role: 'assistant', content: '' }),
    ...pieces.map((content) => chunk({ content })),
    ...more.map((delta) => chunk(delta)),
    chunk({}, more.length > 0 ? 'tool_calls' : 'stop'),
    'data: [DONE]\n\n',
  );
}

export function chatAnswer(message: JsonObject, more: JsonObject = {}): Answer {
  const choice = { index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop', ...more };
  return json({ id: 'c1', object: 'chat.completion', created: 1, model: 'model-a', choices: [choice] });
}
