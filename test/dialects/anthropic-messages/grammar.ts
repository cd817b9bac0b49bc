// What a message stream must be like: the grammar of Anthropic's documentation, as its SDK holds streams to it.
import assert from 'node:assert/strict';
import { EventSplitter } from '../../../src/dialects/sse.ts';

export interface StreamEvent {
  readonly event: string;
  readonly data: string;
}

/** Cuts a stream's text into its events; blocks without data (comments) are left out. */
export function eventsOf(text: string): StreamEvent[] {
  const splitter = new EventSplitter();
  return [...splitter.push(Buffer.from(text)), ...splitter.end()].filter(({ data }) => data !== '');
}

interface Body {
  readonly type: string;
  readonly index?: number;
  readonly message?: Record<string, unknown>;
  readonly content_block?: Record<string, unknown>;
  readonly delta?: Record<string, unknown>;
  readonly usage?: Record<string, unknown>;
}

/** Which deltas a block takes; others take none. */
const deltas: Readonly<Record<string, readonly string[]>> = {
  text: ['text_delta', 'citations_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  tool_use: ['input_json_delta'],
  server_tool_use: ['input_json_delta'],
  mcp_tool_use: ['input_json_delta'],
  compaction: ['compaction_delta'],
};

/** Asserts that the events are one whole message. `ping` may stand anywhere. */
export function checkMessageStream(events: readonly StreamEvent[]): void {
  const bodies = events.map(({ event, data }) => {
    const body = JSON.parse(data) as Body;
    assert.equal(event, body.type, 'the name of an event is its type');
    return body;
  });
  const [start, ...others] = bodies.filter(({ type }) => type !== 'ping');
  assert.equal(start?.type, 'message_start', 'the first event');
  checkMessage(start?.message ?? {});
  const end = others.findIndex(({ type }) => type === 'message_delta');
  assert.notEqual(end, -1, 'a message_delta');
  checkBlocks(others.slice(0, end));
  checkEnd(others[end] as Body);
  assert.deepEqual(
    others.slice(end + 1).map(({ type }) => type),
    ['message_stop'],
    'after message_delta',
  );
}

function checkMessage(message: Record<string, unknown>): void {
  assert.equal(message.type, 'message');
  assert.equal(message.role, 'assistant');
  assert.deepEqual(message.content, []);
  assert.equal(message.stop_reason, null);
  assert.equal(message.stop_sequence, null);
  assert.equal(typeof message.id, 'string');
  assert.equal(typeof message.model, 'string');
  const usage = message.usage as Record<string, unknown>;
  assert.equal(typeof usage.output_tokens, 'number');
  const told = ['input_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens'];
  assert.ok(
    told.some((name) => Number(usage[name]) > 0),
    'input in message_start',
  );
}

function checkBlocks(events: readonly Body[]): void {
  let open: { type: string; signed: boolean } | undefined;
  let index = 0;
  for (const { type, index: at, content_block: block, delta } of events) {
    assert.equal(at, index, `${type}: index`);
    if (type === 'content_block_start') {
      assert.equal(open, undefined, 'a block starts when the one before it has stopped');
      open = { type: String(block?.type), signed: false };
      checkStart(block ?? {});
    } else if (type === 'content_block_delta') {
      assert.ok(open !== undefined, 'a delta belongs to an open block');
      const kind = String(delta?.type);
      assert.ok(deltas[open.type]?.includes(kind), `${kind} in a block of type ${open.type}`);
      assert.ok(!open.signed, 'nothing follows a signature');
      open.signed = kind === 'signature_delta';
    } else {
      assert.equal(type, 'content_block_stop');
      assert.ok(open !== undefined, 'a block stops once');
      open = undefined;
      index += 1;
    }
  }
  assert.equal(open, undefined, 'all blocks have stopped');
}

function checkStart(block: Record<string, unknown>): void {
  if (block.type === 'text') assert.equal(block.text, '');
  if (block.type === 'thinking') assert.deepEqual([block.thinking, block.signature], ['', '']);
  if (block.type !== 'tool_use') return;
  assert.deepEqual(block.input, {});
  assert.ok(typeof block.id === 'string' && block.id !== '', 'a call has an id');
  assert.ok(typeof block.name === 'string' && block.name !== '', 'a call has a name');
}

function checkEnd({ delta, usage }: Body): void {
  assert.equal(typeof delta?.stop_reason, 'string');
  assert.ok('stop_sequence' in (delta ?? {}));
  assert.equal(typeof usage?.output_tokens, 'number');
}
