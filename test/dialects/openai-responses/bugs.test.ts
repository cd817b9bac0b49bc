// Faults that translators of this dialect are known for, by the numbers they have elsewhere. Each stays away.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Delta, JsonObject, Part, Turn } from '../../../src/core/index.ts';
import { fit } from '../../../src/dialects/canonical/fit/fit.ts';
import { restoreAnswer } from '../../../src/dialects/canonical/restore.ts';
import { checkResponsesStream } from './grammar.ts';
import {
  asked,
  codec,
  decoded,
  encoded,
  eventsOf,
  folded,
  origin,
  readStream,
  reply,
  wire,
  writeStream,
} from './told.ts';

function streamed(parts: readonly Part[]): JsonObject[] {
  const each = parts.flatMap((part, index): Delta[] => [
    { type: 'part-start', candidate: 0, index, part },
    { type: 'part-end', candidate: 0, index },
  ]);
  const finish: Delta = { type: 'finish', candidate: 0, finish: { reason: 'tool' } };
  const text = writeStream([{ type: 'answer-start' }, ...each, finish, { type: 'answer-end' }]);
  checkResponsesStream(text);
  return eventsOf(text);
}

function whole(parts: readonly Part[]): JsonObject[] {
  const candidates = [{ index: 0, parts, finish: { reason: 'tool' as const } }];
  return codec.encodeAnswer({ candidates }, reply()).output as JsonObject[];
}

const call: Part = { kind: 'tool-call', id: 'c', name: 'f', arguments: '{"a":1}' };
const text: Part = { kind: 'text', text: 'Hello' };
const reasoning: Part = { kind: 'reasoning', text: 'Hm.', opaque: { origin, data: 'blob' } };

describe('known faults of others', () => {
  it('litellm#19368: a streamed call has its own events', () => {
    const types = streamed([call]).map(({ type }) => type);
    for (const verb of ['function_call_arguments.delta', 'function_call_arguments.done']) {
      assert.ok(types.includes(`response.${verb}`));
    }
  });

  it('freellmapi#842: no two items share an output_index', () => {
    const added = streamed([text, call, text, call]).filter(({ type }) => type === 'response.output_item.added');
    assert.deepEqual(
      added.map(({ output_index: at }) => at),
      [0, 1, 2, 3],
    );
  });

  it('ogx#5309, CLIProxyAPI#3199: output_text.done comes, with the whole text', () => {
    const done = streamed([text]).find(({ type }) => type === 'response.output_text.done');
    assert.equal(done?.text, 'Hello');
  });

  it('CLIProxyAPI#3199: no tool goes out without a name or a schema', () => {
    const tools = [
      {
        kind: 'native' as const,
        dialect: 'anthropic-messages' as const,
        type: 'bash_20250124',
        raw: { type: 'bash_20250124' },
      },
      { kind: 'function' as const, name: 'f' },
    ];
    const sent = encoded(asked({ tools })).body.tools as JsonObject[];
    assert.equal(sent.length, 1);
    assert.ok(sent[0]?.name === 'f' && typeof sent[0].parameters === 'object');
  });

  it('CLIProxyAPI#5753: a patch goes out as a function and comes back as free text', () => {
    const tools = [
      { type: 'custom', name: 'apply_patch', format: { type: 'grammar', syntax: 'lark', definition: 'start: x' } },
    ];
    const conversation = decoded({ model: 'm', input: 'Patch it', tools });
    const elsewhere = { ...codec.traits, customTools: false, namespaces: false };
    const { undo, conversation: fitted } = fit(conversation, elsewhere, codec.words);
    assert.equal(fitted.tools[0]?.kind, 'function');
    const made: Part = { kind: 'tool-call', id: 'c', name: 'apply_patch', arguments: '{"input":"*** Begin"}' };
    const answer = { candidates: [{ index: 0, parts: [made], finish: { reason: 'tool' as const } }] };
    const [item] = codec.encodeAnswer(restoreAnswer(answer, undo), reply(conversation)).output as JsonObject[];
    assert.deepEqual([item?.type, item?.input], ['custom_tool_call', '*** Begin']);
  });

  it('Codex: a tool of a namespace is called by name and namespace', () => {
    const tools = [
      { type: 'namespace', name: 'agents', description: '', tools: [{ type: 'function', name: 'spawn' }] },
    ];
    const conversation = decoded({ model: 'm', input: 'Go', tools });
    const { undo, conversation: fitted } = fit(conversation, { ...codec.traits, namespaces: false }, codec.words);
    const [sent] = fitted.tools;
    assert.ok(sent?.kind === 'function' && sent.name === 'agents__spawn');
    const made: Part = { kind: 'tool-call', id: 'c', name: sent.name, arguments: '{}' };
    const answer = { candidates: [{ index: 0, parts: [made], finish: { reason: 'tool' as const } }] };
    const [item] = codec.encodeAnswer(restoreAnswer(answer, undo), reply(conversation)).output as JsonObject[];
    assert.deepEqual([item?.name, item?.namespace], ['spawn', 'agents']);
  });

  it('AIClient2API#471: a whole answer has its calls', () => {
    assert.deepEqual(
      whole([text, call]).map(({ type }) => type),
      ['message', 'function_call'],
    );
  });

  it('open-webui#30085: a tool is chosen flat', () => {
    const tools = [{ kind: 'function' as const, name: 'f' }];
    const { body } = encoded(asked({ tools, toolChoice: { mode: 'tool', name: 'f' } }));
    assert.deepEqual(body.tool_choice, { type: 'function', name: 'f' });
  });

  it('litellm#41009, #26179: an end without items does not undo what was told', () => {
    const item = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello' }] };
    const answer = folded(
      readStream(
        wire([
          { type: 'response.created', response: {} },
          { type: 'response.output_item.done', output_index: 0, item },
          { type: 'response.completed', response: { status: 'completed', output: [] } },
        ]),
      ),
    );
    const [part] = answer.candidates[0]?.parts ?? [];
    assert.ok(part?.kind === 'text' && part.text === 'Hello');
  });

  it('litellm#36197: reasoning goes back in front of what it led to', () => {
    const turn: Turn = { role: 'assistant', parts: [reasoning, call], extra: { dialect: 'anthropic-messages' } };
    const items = encoded(asked({ turns: [turn] })).body.input as JsonObject[];
    assert.deepEqual(
      items.map(({ type }) => type),
      ['reasoning', 'function_call'],
    );
    assert.equal(items[0]?.encrypted_content, 'blob');
  });

  it('new-api#7495: each segment of reasoning is an item of its own, wherever it comes', () => {
    const items = (streamed([reasoning, text, reasoning, call]).at(-1)?.response as JsonObject | undefined)
      ?.output as JsonObject[];
    assert.deepEqual(
      items.map(({ type }) => type),
      ['reasoning', 'message', 'reasoning', 'function_call'],
    );
    assert.equal(new Set(items.map(({ id }) => id)).size, 4);
  });
});
