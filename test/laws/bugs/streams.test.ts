// Bugs of other gateways that must not happen here: the order of streams. Numbers as in the survey of the field.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { asking } from '../../support/asking.ts';
import { streamed } from '../../support/translated.ts';
import {
  chat,
  chatCall,
  generated,
  type Json,
  messages,
  parsed,
  responses,
  text,
  thinking,
  told,
  toolUse,
} from './wire.ts';

/** Blocks of an Anthropic stream: type, index, and the kinds of deltas they got. */
function blocksOf(events: readonly Json[]): { type: string; index: number; deltas: string[] }[] {
  return events
    .filter(({ type }) => type === 'content_block_start')
    .map(({ index, content_block: block }) => ({
      type: block.type,
      index,
      deltas: [
        ...new Set<string>(
          events
            .filter((event) => event.type === 'content_block_delta' && event.index === index)
            .map(({ delta }) => delta.type),
        ),
      ],
    }));
}

const delta = (events: readonly Json[], type: string) => events.filter((event) => event.type === type);

describe('streams', () => {
  it('1 litellm#33224: thinking never grows in a text block', () => {
    const events = told(
      'openai-chat',
      'anthropic-messages',
      chat([{ content: 'A' }, { reasoning_content: 'B' }, { content: 'C' }]),
    );
    for (const { type, deltas } of blocksOf(events)) {
      const allowed = type === 'thinking' ? ['thinking_delta', 'signature_delta'] : ['text_delta'];
      assert.ok(
        deltas.every((kind) => allowed.includes(kind)),
        `${type} got ${deltas}`,
      );
    }
    assert.deepEqual(
      blocksOf(events).map(({ type }) => type),
      ['text', 'thinking', 'text'],
    );
  });

  it('2 ollama#17101: every block has an index of its own', () => {
    const events = told(
      'openai-chat',
      'anthropic-messages',
      chat([{ content: 'A' }, { reasoning_content: 'B' }, ...chatCall(0, 'c', 'f', '{}')]),
    );
    assert.deepEqual(
      blocksOf(events).map(({ index }) => index),
      [0, 1, 2],
    );
    const stops = delta(events, 'content_block_stop').map(({ index }) => index);
    assert.deepEqual(stops, [0, 1, 2]);
  });

  it('9 Portkey#1275: calls count from 0, whatever blocks stand before them', () => {
    const sse = messages(
      [thinking('hm'), text('Hi'), toolUse('toolu_a', 'f', '{"x":1}'), toolUse('toolu_b', 'g', '{"y":2}')],
      'tool_use',
    );
    const calls = told('anthropic-messages', 'openai-chat', sse).flatMap(
      ({ choices }) => choices[0]?.delta.tool_calls ?? [],
    );
    const heads = calls.filter(({ id }) => id !== undefined);
    assert.deepEqual(
      heads.map((call: Json) => [call.index, call.function.name]),
      [
        [0, 'f'],
        [1, 'g'],
      ],
    );
  });

  it('10 gcli2api#406, new-api#672, hermes#62937: parallel calls of Gemini count on over the whole stream', () => {
    const call = (name: string) => ({ functionCall: { name, args: { x: name } } });
    const sse = generated([[call('f'), call('g')], [call('h')]]);
    const calls = told('gemini', 'openai-chat', sse).flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);
    const heads = calls.filter(({ id }) => id !== undefined);
    assert.deepEqual(
      heads.map((one: Json) => [one.index, one.function.name]),
      [
        [0, 'f'],
        [1, 'g'],
        [2, 'h'],
      ],
    );
    assert.equal(new Set(heads.map(({ id }) => id)).size, 3);
  });

  it('11 litellm#19368: calls have all their events in a Responses stream', () => {
    const events = told('openai-chat', 'openai-responses', chat(chatCall(0, 'call_1', 'f', '{"x":1}'), 'tool_calls'));
    const kinds = events.map(({ type }) => type);
    for (const kind of [
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
    ]) {
      assert.ok(kinds.includes(`response.${kind}`), kind);
    }
    const [done] = delta(events, 'response.output_item.done');
    assert.equal(done.item.call_id, 'call_1');
    assert.equal(done.item.arguments, '{"x":1}');
  });

  it('12 freellmapi#842: text and calls do not share an output_index', () => {
    const events = told(
      'openai-chat',
      'openai-responses',
      chat([{ content: 'A' }, ...chatCall(0, 'c', 'f', '{}')], 'tool_calls'),
    );
    assert.deepEqual(
      delta(events, 'response.output_item.added').map((event) => event.output_index),
      [0, 1],
    );
  });

  it('13 ogx#5309: a text is told once more when it is done', () => {
    const events = told('anthropic-messages', 'openai-responses', messages([text('Hi there')]));
    assert.equal(delta(events, 'response.output_text.done')[0]?.text, 'Hi there');
    assert.equal(delta(events, 'response.content_part.done')[0]?.part.text, 'Hi there');
    assert.equal(delta(events, 'response.output_item.done')[0]?.item.content[0].text, 'Hi there');
  });

  it('18 litellm#41009: a last event without output is no empty answer', () => {
    const response = { id: 'resp_1', object: 'response', created_at: 1, model: 'm', status: 'in_progress', output: [] };
    const content = [{ type: 'output_text', text: 'Hi', annotations: [] }];
    const item = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content };
    const usage = { input_tokens: 3, output_tokens: 1, total_tokens: 4 };
    const sse = responses([
      { type: 'response.created', response },
      { type: 'response.output_item.added', output_index: 0, item: { ...item, content: [] } },
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response: { ...response, status: 'completed', usage } },
    ]);
    const chunks = told('openai-responses', 'openai-chat', sse);
    assert.equal(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join(''), 'Hi');
  });

  it('21 new-api#7495: thinking may come again, each time as an item of its own before the end', () => {
    const sse = messages([thinking('one'), text('A'), thinking('two'), text('B')]);
    const events = told('anthropic-messages', 'openai-responses', sse);
    const items = delta(events, 'response.output_item.added').map(({ item }) => item.type);
    assert.deepEqual(items, ['reasoning', 'message', 'reasoning', 'message']);
    assert.equal(events.at(-1).type, 'response.completed');
    assert.deepEqual(
      events.at(-1).response.output.map(({ type }: Json) => type),
      items,
    );
  });

  it('29 claude-code-router#1672: characters may be split between two pieces', () => {
    const bytes = Buffer.from(chat([{ content: '日本語 👩‍👩‍👧' }]));
    const single = [...bytes].map((byte) => Buffer.from([byte]));
    const { text: sse } = streamed('openai-chat', 'anthropic-messages', single, asking('anthropic-messages'));
    const said = delta(parsed(sse), 'content_block_delta').map((event) => event.delta.text ?? '');
    assert.equal(said.join(''), '日本語 👩‍👩‍👧');
  });

  it('31 litellm#32159, bifrost#6081, litellm#4562: cut, failed and exhausted streams do not end like whole ones', () => {
    const whole = messages([text('Hel')]);
    const cut = whole.slice(0, whole.indexOf('event: message_delta'));
    const error = 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n';
    for (const to of ['openai-chat', 'openai-responses', 'gemini'] as const) {
      const half = streamed('anthropic-messages', to, cut, asking(to));
      assert.equal(half.ended, false);
      assert.doesNotMatch(half.text, /\[DONE\]|"finish_reason":"|response\.completed|finishReason/);
      const failed = streamed('anthropic-messages', to, cut + error, asking(to));
      assert.equal(failed.fault?.reason, 'overloaded');
      assert.match(failed.fault?.message ?? '', /Overloaded/);
      const { text: short } = streamed('anthropic-messages', to, messages([text('Hel')], 'max_tokens'), asking(to));
      assert.match(short, /"finish_reason":"length"|max_output_tokens|"finishReason":"MAX_TOKENS"/);
    }
  });

  it('32 CLIProxyAPI#805: a call ends an answer as a call, whatever word the upstream has for it', () => {
    const reason = (events: readonly Json[]) => delta(events, 'message_delta')[0]?.delta.stop_reason;
    assert.equal(
      reason(told('openai-chat', 'anthropic-messages', chat(chatCall(0, 'c', 'f', '{}'), 'stop'))),
      'tool_use',
    );
    const sse = generated([[{ functionCall: { name: 'f', args: {} } }]]);
    assert.equal(reason(told('gemini', 'anthropic-messages', sse)), 'tool_use');
    const chunks = told('gemini', 'openai-chat', sse);
    assert.ok(chunks.some(({ choices }) => choices[0]?.finish_reason === 'tool_calls'));
  });

  it('37 litellm#18655: what an upstream says is passed on at once', () => {
    const { text: sse } = streamed(
      'openai-chat',
      'anthropic-messages',
      chat([{ content: 'A' }], null),
      asking('anthropic-messages'),
    );
    assert.match(sse, /"text":"A"/);
  });
});
