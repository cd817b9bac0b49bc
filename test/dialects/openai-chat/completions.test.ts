// Legacy completions, which reach chat models.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, Conversation, JsonObject } from '../../../src/core/index.ts';
import { unfold } from '../../../src/dialects/canonical/unfold.ts';
import { codecs } from '../../../src/dialects/openai-chat/codecs.ts';
import { asked, replyFor, to } from './kit.ts';

const { chat, completions } = codecs;
assert.ok(completions);
const codec = completions;

function decode(body: JsonObject): { conversation: Conversation; dropped: string[] } {
  const { ask, names } = asked(body.stream === true);
  const conversation = codec.decodeRequest({ model: 'm', ...body }, ask);
  return { conversation, dropped: names() };
}

const usage = { input: 3, output: 2, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, reasoning: 0 };
const answer: Answer = {
  candidates: [
    {
      index: 0,
      parts: [
        { kind: 'reasoning', text: 'why' },
        { kind: 'text', text: ' world' },
      ],
      finish: { reason: 'length' },
    },
  ],
  usage,
};

test('a prompt is a user message; chat knows the rest by the same names', () => {
  const { conversation, dropped } = decode({
    prompt: 'Hello',
    max_tokens: 5,
    stop: ['x'],
    temperature: 0,
    n: 2,
    logprobs: 3,
    min_p: 0.1,
  });
  const body = chat.encodeRequest(conversation, to().to);
  assert.deepEqual(body, {
    model: 'm',
    messages: [{ role: 'user', content: 'Hello' }],
    max_tokens: 5,
    stop: ['x'],
    temperature: 0,
    n: 2,
    logprobs: true,
    top_logprobs: 3,
    min_p: 0.1,
  });
  assert.deepEqual(dropped, []);
});

test('a list of one prompt is a prompt', () => {
  assert.deepEqual(decode({ prompt: ['Hello'] }).conversation.turns[0]?.parts, [{ kind: 'text', text: 'Hello' }]);
});

test('a stream asks the upstream for usage, as one of another dialect does', () => {
  const { conversation } = decode({ prompt: 'Hello', stream: true });
  assert.deepEqual(chat.encodeRequest(conversation, to({ stream: true }).to).stream_options, { include_usage: true });
});

test('the output cap has the name that the vendor knows for chat', () => {
  const { conversation } = decode({ prompt: 'Hello', max_tokens: 5 });
  const body = chat.encodeRequest(conversation, to({ facts: { maxTokensField: 'max_completion_tokens' } }).to);
  assert.deepEqual([body.max_tokens, body.max_completion_tokens], [undefined, 5]);
});

test('prompts that chat cannot take are refused with the remedy', () => {
  const refused = { code: 'untranslatable', param: 'prompt' };
  assert.throws(() => decode({ prompt: ['a', 'b'] }), { ...refused, message: /one request for each/ });
  assert.throws(() => decode({ prompt: [1, 2, 3] }), { ...refused, message: /as text/ });
  assert.throws(() => decode({ prompt: [[1, 2]] }), { ...refused, message: /as text/ });
  assert.throws(() => decode({}), { code: 'invalid-request', param: 'prompt' });
});

test('what chat has no member for is dropped and told', () => {
  const { conversation, dropped } = decode({ prompt: 'a', suffix: '', best_of: 3, user: null });
  assert.deepEqual(dropped, ['best_of']);
  assert.deepEqual(chat.encodeRequest(conversation, to().to), {
    model: 'm',
    messages: [{ role: 'user', content: 'a' }],
    user: null,
  });
});

test('text that is to stand behind the answer cannot be left out', () => {
  assert.throws(() => decode({ prompt: 'a', suffix: 'z' }), { code: 'untranslatable', param: 'suffix' });
});

test('an answer is its text', () => {
  const { conversation } = decode({ prompt: 'Hello' });
  const { reply, lost } = replyFor({ conversation });
  assert.deepEqual(codec.encodeAnswer(answer, reply), {
    id: 'cmpl-call-1',
    object: 'text_completion',
    created: 1_700_000_000,
    model: 'upstream-model',
    choices: [{ text: ' world', index: 0, logprobs: null, finish_reason: 'length' }],
    usage: {
      prompt_tokens: 3,
      completion_tokens: 2,
      total_tokens: 5,
      prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 0 },
    },
  });
  assert.deepEqual(lost, ['reasoning']);
});

test('`echo` puts the prompt in front, streamed or not', () => {
  const { conversation } = decode({ prompt: 'Hello', echo: true });
  const { reply } = replyFor({ conversation });
  const [choice] = codec.encodeAnswer(answer, reply).choices as JsonObject[];
  assert.equal(choice?.text, 'Hello world');
  assert.equal(
    stream(conversation)
      .map(({ text }) => text)
      .join(''),
    'Hello world',
  );
});

test('log probabilities as lists side by side', () => {
  const logprobs = [
    { token: 'ab', logprob: -1, top_logprobs: [{ token: 'x', logprob: -2 }] },
    { token: 'c', logprob: -3, top_logprobs: [] },
  ];
  const scored: Answer = {
    candidates: [{ index: 0, parts: [{ kind: 'text', text: 'abc', logprobs }], finish: { reason: 'end' } }],
  };
  const [choice] = codec.encodeAnswer(scored, replyFor().reply).choices as JsonObject[];
  assert.deepEqual(choice?.logprobs, {
    tokens: ['ab', 'c'],
    token_logprobs: [-1, -3],
    top_logprobs: [{ x: -2 }, {}],
    text_offset: [0, 2],
  });
});

test('a stream of text chunks', () => {
  const { conversation } = decode({ prompt: 'Hello', stream: true });
  assert.deepEqual(stream(conversation), [
    { text: ' world', index: 0, logprobs: null, finish_reason: null },
    { text: '', index: 0, logprobs: null, finish_reason: 'length' },
  ]);
});

test('a stream tells its usage where that was asked for', () => {
  const { conversation } = decode({ prompt: 'Hello', stream: true, stream_options: { include_usage: true } });
  const chunks = events(conversation);
  assert.deepEqual(chunks.at(-1)?.choices, []);
  assert.equal((chunks.at(-1)?.usage as JsonObject | undefined)?.total_tokens, 5);
  assert.equal(chunks[0]?.usage, null);
});

function events(conversation: Conversation): JsonObject[] {
  const encoder = codec.encodeStream(replyFor({ conversation }).reply);
  const text = [...unfold(answer)].map((delta) => encoder.delta(delta)).join('');
  assert.ok(text.endsWith('data: [DONE]\n\n'));
  const lines = text.split('\n\n').slice(0, -2);
  return lines.map((line) => JSON.parse(line.slice(6)) as JsonObject);
}

function stream(conversation: Conversation): JsonObject[] {
  return events(conversation).flatMap(({ choices }) => choices as JsonObject[]);
}
