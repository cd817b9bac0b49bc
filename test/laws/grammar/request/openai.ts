// What the services of OpenAI demand of the history of a request (wire.md 4, 5): anything else is a 400.
import assert from 'node:assert/strict';

interface Message {
  readonly role: string;
  readonly content?: unknown;
  readonly tool_call_id?: string;
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly type: string;
    readonly function?: { readonly name: string };
  }[];
}

export interface ChatBody {
  readonly messages: readonly Message[];
  readonly tools?: readonly unknown[];
  readonly tool_choice?: unknown;
}

/** Calls are answered at once, each by one message. */
export function checkChat({ messages, tools = [], tool_choice: choice }: ChatBody): void {
  let open: string[] = [];
  for (const [at, { role, content, tool_call_id: id = '', tool_calls: calls = [] }] of messages.entries()) {
    if (role === 'tool') {
      assert.ok(open.includes(id), `message ${at} is a result of no call`);
      open = open.filter((one) => one !== id);
      continue;
    }
    assert.deepEqual(open, [], `message ${at} stands between calls and their results`);
    for (const call of calls) assert.match(call.id, /^[^\s]{1,40}$/, 'id of a call');
    for (const call of calls)
      if (call.function !== undefined) assert.match(call.function.name, /^[a-zA-Z0-9_-]{1,64}$/);
    open = calls.map((call) => call.id);
    if (role !== 'assistant') assert.ok(content !== undefined && content !== null, `message ${at} has no content`);
  }
  assert.deepEqual(open, [], 'calls without results');
  if (choice !== undefined)
    assert.ok(tools.length > 0 || choice === 'none' || choice === 'auto', 'tool_choice without tools');
}

interface Item {
  readonly type?: string;
  readonly call_id?: string;
}

export interface ResponsesBody {
  readonly input: string | readonly Item[];
  readonly tools?: readonly { readonly type: string; readonly strict?: unknown; readonly name?: string }[];
}

const calls = new Set(['function_call', 'custom_tool_call']);
const outputs = new Set(['function_call_output', 'custom_tool_call_output']);

/** Every call has its output somewhere behind it, every output its call; reasoning stands in front of something. */
export function checkInput({ input, tools = [] }: ResponsesBody): void {
  for (const { type, strict, name } of tools) {
    if (type === 'function') assert.equal(typeof strict, 'boolean', `strict of ${name}`);
  }
  if (typeof input === 'string') return;
  const open = new Set<string>();
  for (const [at, { type = 'message', call_id: id = '' }] of input.entries()) {
    if (calls.has(type)) {
      assert.match(id, /^.{1,64}$/, 'id of a call');
      open.add(id);
    }
    if (outputs.has(type)) assert.ok(open.delete(id), `item ${at} is an output of no call`);
    if (type === 'reasoning') assert.ok(at + 1 < input.length, 'reasoning at the end');
  }
  assert.deepEqual([...open], [], 'calls without outputs');
}
