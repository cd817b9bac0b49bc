// Results of tools stand in the user's message right after the calls, first, one for each, all in one (litellm#22946).
// Elsewhere they may come later, twice, or not at all.
import type { Notes } from '../../../core/index.ts';
import type { Draft } from '../members.ts';
import type { Message } from './encode-messages.ts';

export function pairResults(messages: readonly Message[], notes: Notes): Message[] {
  if (!messages.some(({ blocks, turn }) => turn === undefined && blocks.some(isToolBlock))) return [...messages];
  const results = new Map<unknown, Draft>();
  const stripped = messages.map((message) =>
    message.turn === undefined ? withoutResults(message, results, notes) : message,
  );
  const paired: Message[] = [];
  for (const [at, message] of stripped.entries()) {
    if (message.role !== 'user' || message.turn !== undefined) paired.push(message);
    if (message.role === 'user' && message.turn === undefined) {
      paired.push({ role: 'user', blocks: [...answersTo(stripped[at - 1], message, results), ...message.blocks] });
    } else if (message.role === 'assistant' && stripped[at + 1]?.role !== 'user' && message.turn === undefined) {
      const blocks = at + 1 === stripped.length ? [] : answersTo(message, undefined, results);
      if (blocks.length > 0) paired.push({ role: 'user', blocks });
    }
  }
  for (const _ of results) notes.drop('toolResult');
  return paired;
}

function isToolBlock({ type }: Draft): boolean {
  return type === 'tool_use' || type === 'tool_result';
}

/** The first result of a call counts. */
function withoutResults(message: Message, results: Map<unknown, Draft>, notes: Notes): Message {
  if (!message.blocks.some(({ type }) => type === 'tool_result')) return message;
  const others: Draft[] = [];
  for (const block of message.blocks) {
    if (block.type !== 'tool_result') others.push(block);
    else if (results.has(block.tool_use_id)) notes.drop('toolResult');
    else results.set(block.tool_use_id, block);
  }
  return { role: message.role, blocks: others };
}

/** A call that nobody answered is answered with an error, or the whole request would be one. */
function answersTo(calls: Message | undefined, next: Message | undefined, results: Map<unknown, Draft>): Draft[] {
  if (calls?.role !== 'assistant') return [];
  const there = new Set(next?.blocks.filter(({ type }) => type === 'tool_result').map((block) => block.tool_use_id));
  const answers: Draft[] = [];
  for (const { type, id } of calls.blocks) {
    if (type !== 'tool_use' || there.has(id)) continue;
    answers.push(results.get(id) ?? { type: 'tool_result', tool_use_id: id, content: 'no result', is_error: true });
    results.delete(id);
    there.add(id);
  }
  return answers;
}
