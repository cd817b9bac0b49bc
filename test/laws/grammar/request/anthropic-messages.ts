// What the service demands of the messages of a request (wire.md 2, 4, 6): anything else is a 400.
import assert from 'node:assert/strict';

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly id?: string;
  readonly name?: string;
  readonly tool_use_id?: string;
  readonly content?: unknown;
  readonly signature?: string;
}

export interface MessagesBody {
  readonly messages: readonly { readonly role: string; readonly content: string | readonly Block[] }[];
  readonly max_tokens: number;
  readonly temperature?: number;
  readonly thinking?: { readonly type: string; readonly budget_tokens?: number };
  readonly tools?: readonly { readonly name: string }[];
  readonly tool_choice?: { readonly type: string };
}

export function checkMessages(body: MessagesBody): void {
  const { messages } = body;
  assert.ok(messages.length > 0, 'no messages');
  for (const [at, { role, content }] of messages.entries()) {
    assert.equal(role, at % 2 === 0 ? 'user' : 'assistant', `message ${at} is of ${role}`);
    assert.ok(content.length > 0, `message ${at} is empty`);
    if (typeof content === 'string') continue;
    for (const block of content) checkBlock(block);
    checkPairs(content, messages[at + 1]?.content);
    checkResults(content, messages[at - 1]?.content);
  }
  assert.equal(messages.at(-1)?.role, 'user', 'ends with the assistant');
  checkSettings(body);
}

function checkBlock({ type, text, id, name, tool_use_id: used, signature }: Block): void {
  if (type === 'text') assert.match(text ?? '', /\S/, 'a text of nothing');
  if (type === 'tool_use') assert.match(id ?? '', /^[a-zA-Z0-9_-]{1,64}$/, 'id of a call');
  if (type === 'tool_use') assert.match(name ?? '', /^[a-zA-Z0-9_-]{1,128}$/, 'name of a call');
  if (type === 'tool_result') assert.match(used ?? '', /^[a-zA-Z0-9_-]{1,64}$/, 'id of a result');
  if (type === 'thinking') assert.match(signature ?? '', /\S/, 'thinking nobody signed');
}

const blocksOf = (content: string | readonly Block[] | undefined) => (typeof content === 'object' ? content : []);

/** All calls of a message have their results in the next. */
function checkPairs(content: readonly Block[], next: string | readonly Block[] | undefined): void {
  const calls = content.filter(({ type }) => type === 'tool_use').map(({ id }) => id);
  if (calls.length === 0) return;
  const answered = blocksOf(next).filter(({ type }) => type === 'tool_result');
  assert.deepEqual(answered.map((block) => block.tool_use_id).toSorted(), calls.toSorted(), 'calls and results differ');
}

/** Results come first, and only for calls of the message before. */
function checkResults(content: readonly Block[], before: string | readonly Block[] | undefined): void {
  const calls = new Set(blocksOf(before).map(({ id }) => id));
  const firstOther = content.findIndex(({ type }) => type !== 'tool_result');
  for (const [at, { type, tool_use_id: used }] of content.entries()) {
    if (type !== 'tool_result') continue;
    assert.ok(firstOther < 0 || at < firstOther, 'a result behind other blocks');
    assert.ok(calls.has(used), `a result of no call: ${used}`);
  }
}

function checkSettings({
  max_tokens: cap,
  temperature = 1,
  thinking,
  tools = [],
  tool_choice: choice,
}: MessagesBody): void {
  assert.ok(Number.isInteger(cap) && cap > 0, 'max_tokens');
  assert.ok(temperature >= 0 && temperature <= 1, 'temperature');
  if (choice !== undefined) assert.ok(tools.length > 0, 'tool_choice without tools');
  const thinks = thinking !== undefined && thinking.type !== 'disabled';
  if (!thinks) return;
  assert.ok(temperature === 1, 'temperature while thinking');
  if (thinking.type === 'enabled')
    assert.ok(choice?.type !== 'any' && choice?.type !== 'tool', 'a forced tool while thinking');
  const { budget_tokens: budget } = thinking;
  if (budget !== undefined) assert.ok(budget >= 1024 && budget < cap, `budget ${budget} of ${cap}`);
}
