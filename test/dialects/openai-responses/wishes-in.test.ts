// What a request of this dialect asks for besides an answer.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../../src/core/index.ts';
import { Dropped } from '../../../src/dialects/canonical/notes.ts';
import { codec, decoded, plain } from './told.ts';

/** What clients of another dialect's model would be told is left out. */
function lostElsewhere(body: JsonObject): string[] {
  const conversation = decoded(body);
  const notes = new Dropped(codec.words);
  notes.dropExtra('request', conversation.extra, 'gemini');
  for (const { extra, parts } of conversation.turns) {
    notes.dropExtra('turn', extra, 'gemini');
    for (const part of parts) notes.dropExtra('part', part.extra, 'gemini');
  }
  return notes.names();
}

describe('the wishes of a request', () => {
  it('are read', () => {
    const conversation = plain(
      decoded({
        model: 'm',
        stream: true,
        max_output_tokens: 100,
        temperature: 0.5,
        top_p: 0.9,
        parallel_tool_calls: false,
        reasoning: { effort: 'high', summary: 'auto' },
        text: {
          verbosity: 'low',
          format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true },
        },
        include: ['message.output_text.logprobs'],
        top_logprobs: 3,
        service_tier: 'flex',
        safety_identifier: 'somebody',
        metadata: { a: 'b' },
        store: false,
        previous_response_id: 'resp_1',
        conversation: { id: 'conv_1' },
        background: true,
      }),
    );
    assert.deepEqual(conversation, {
      model: 'm',
      stream: true,
      turns: [],
      tools: [],
      parallelToolCalls: false,
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      logprobs: 3,
      reasoning: { effort: 'high', summary: 'auto' },
      format: { kind: 'schema', name: 'n', schema: { type: 'object' }, strict: true },
      verbosity: 'low',
      serviceTier: 'flex',
      user: 'somebody',
      metadata: { a: 'b' },
      state: { previousResponseId: 'resp_1', conversationId: 'conv_1', store: false, background: true },
    });
  });

  it('effort none means no reasoning', () => {
    assert.deepEqual(decoded({ model: 'm', reasoning: { effort: 'none' } }).reasoning, {
      enabled: false,
      effort: 'none',
    });
  });

  it('log probabilities are wanted where they are to be included, with or without alternatives', () => {
    assert.equal(decoded({ model: 'm', include: ['message.output_text.logprobs'] }).logprobs, 0);
    assert.equal(decoded({ model: 'm', top_logprobs: 2 }).logprobs, 2);
    assert.equal(decoded({ model: 'm', top_logprobs: 0 }).logprobs, undefined);
  });

  it('without a canonical word are drops elsewhere, named as the client knows them; null is no wish', () => {
    const body = {
      model: 'm',
      truncation: 'auto',
      service_tier: 'scale',
      temperature: null,
      tool_choice: { type: 'mcp', server_label: 'x' },
      input: [
        {
          role: 'assistant',
          content: [{ type: 'input_text', text: 'x', prompt_cache_breakpoint: {} }],
          phase: 'commentary',
        },
      ],
    };
    assert.deepEqual(lostElsewhere(body), [
      'truncation',
      'service_tier',
      'tool_choice',
      'input[].phase',
      'input[].content[].prompt_cache_breakpoint',
    ]);
  });

  it('a stored prompt is what would be asked: elsewhere it is refused', () => {
    assert.throws(() => lostElsewhere({ model: 'm', prompt: { id: 'pmpt_1' } }), {
      code: 'untranslatable',
      param: 'prompt',
    });
  });
});
