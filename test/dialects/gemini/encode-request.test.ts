// Conversations of other dialects as a GenerateContentRequest.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Conversation, MediaPart, MediaSource, Part, Tool } from '../../../src/core/index.ts';
import { assistant, conversation, encode, system, user } from './kit.ts';

const hi = [user('hi')];
const third = 'gemini-3-pro-preview';
const f: Tool = { kind: 'function', name: 'f', parameters: { type: 'object', properties: { a: { type: 'string' } } } };

function config(more: Partial<Conversation>, model?: string) {
  return encode(conversation(hi, more), model).body.generationConfig;
}

test('instructions at the front are the parts of systemInstruction; bug 26: later ones are words of the user', () => {
  const { body } = encode(
    conversation([system('a', 'b'), system('c'), user('hi'), assistant('yes'), system('now'), user('go')]),
  );
  assert.deepEqual(body.systemInstruction, { parts: [{ text: 'a' }, { text: 'b' }, { text: 'c' }] });
  assert.deepEqual(body.contents, [
    { role: 'user', parts: [{ text: 'hi' }] },
    { role: 'model', parts: [{ text: 'yes' }] },
    { role: 'user', parts: [{ text: 'now' }, { text: 'go' }] },
  ]);
});

test('instructions alone are told as words of the user: contents must not be empty', () => {
  const { body } = encode(conversation([system('say hi')]));
  assert.deepEqual(body, { contents: [{ role: 'user', parts: [{ text: 'say hi' }] }] });
});

test('neighbours of one role are merged, empty parts and contents are dropped', () => {
  const { body } = encode(conversation([user('a', ''), user('b'), assistant(''), user('c')]));
  assert.deepEqual(body.contents, [{ role: 'user', parts: [{ text: 'a' }, { text: 'b' }, { text: 'c' }] }]);
});

const media = (source: MediaSource, more: Partial<MediaPart> = {}): Part => ({
  kind: 'media',
  media: 'image',
  source,
  ...more,
});
const parts = (part: Part, facts = {}) => encode(conversation([user(part)]), undefined, facts).body.contents[0].parts;

test('media: bytes inline, addresses only where the vendor reads them', () => {
  assert.deepEqual(parts(media({ type: 'data', mimeType: 'image/png', base64: 'aa' })), [
    { inlineData: { mimeType: 'image/png', data: 'aa' } },
  ]);
  for (const url of [
    'gs://b/x.png',
    'https://generativelanguage.googleapis.com/v1beta/files/1',
    'https://youtu.be/1',
  ]) {
    assert.equal(parts(media({ type: 'url', url }))[0].fileData.fileUri, url);
  }
  assert.deepEqual(parts(media({ type: 'url', url: 'https://x.org/a.png' }), { imageUrls: true }), [
    { fileData: { mimeType: 'image/png', fileUri: 'https://x.org/a.png' } },
  ]);
  for (const source of [
    { type: 'url', url: 'https://x.org/a.png' },
    { type: 'file', id: 'file-1' },
  ] as const) {
    assert.throws(() => parts(media(source)), { code: 'untranslatable', message: /base64/ });
  }
});

test('documents: title and context are told in words, names and details are left out with a note', () => {
  const document = media(
    { type: 'text', text: 'once' },
    { title: 'Tale', context: 'old', name: 'a.txt', detail: 'low' },
  );
  const { body, dropped } = encode(conversation([user(document)]));
  assert.deepEqual(body.contents[0].parts, [{ text: 'Document: Tale\nContext: old' }, { text: 'once' }]);
  assert.deepEqual(dropped, ['media.detail', 'contents[].parts[].inlineData.displayName']);
  const inner = media({ type: 'parts', parts: [{ kind: 'text', text: 'a' }] });
  assert.deepEqual(parts(inner), [{ text: 'a' }]);
});

test('tools: one group, JSON Schema as it is but for what is unknown', () => {
  const strict: Tool = { ...f, strict: true, parameters: { ...f.parameters, $schema: 'x', patternProperties: {} } };
  const { body, dropped } = encode(
    conversation(hi, { tools: [strict, { kind: 'function', name: 'g', description: 'd' }] }),
  );
  assert.deepEqual(body.tools, [
    {
      functionDeclarations: [
        { name: 'f', parametersJsonSchema: { type: 'object', properties: { a: { type: 'string' } } } },
        { name: 'g', description: 'd' },
      ],
    },
  ]);
  assert.deepEqual(dropped, ['tool.strict', 'tools[].functionDeclarations[].parametersJsonSchema']);
});

test('bug 27: where JSON Schema is not taken, additionalProperties and its kin do not reach the upstream', () => {
  const parameters = {
    type: 'object',
    additionalProperties: false,
    properties: { a: { type: ['string', 'null'], examples: ['x'] }, b: { $ref: '#/$defs/b' }, c: { const: 'x' } },
    required: ['a', 'z'],
    $defs: { b: { oneOf: [{ type: 'integer', exclusiveMinimum: 0 }, { type: 'boolean' }] } },
  };
  const empty: Tool = { kind: 'function', name: 'g', parameters: { type: 'object', properties: {} } };
  const { body } = encode(conversation(hi, { tools: [{ ...f, parameters }, empty] }), undefined, { jsonSchema: false });
  assert.deepEqual(body.tools[0].functionDeclarations, [
    {
      name: 'f',
      parameters: {
        type: 'OBJECT',
        properties: {
          a: { type: 'STRING', nullable: true },
          b: { anyOf: [{ type: 'INTEGER', minimum: 1 }, { type: 'BOOLEAN' }] },
          c: { type: 'STRING', enum: ['x'] },
        },
        required: ['a'],
      },
    },
    { name: 'g' },
  ]);
});

test('a web search is googleSearch, unless there are functions: the two cannot be combined', () => {
  const search: Tool = { kind: 'web-search', allowedDomains: ['a.org'], blockedDomains: ['b.org'], maxUses: 3 };
  const alone = encode(conversation(hi, { tools: [search] }));
  assert.deepEqual(alone.body.tools, [{ googleSearch: {} }]);
  assert.deepEqual(alone.dropped, [
    'webSearch.allowedDomains',
    'tools[].googleSearch.excludeDomains',
    'webSearch.maxUses',
  ]);
  const both = encode(conversation(hi, { tools: [{ kind: 'web-search' }, f] }));
  assert.deepEqual(Object.keys(both.body.tools[0]), ['functionDeclarations']);
  assert.equal(both.body.tools.length, 1);
  assert.deepEqual(both.dropped, ['tools[]']);
});

test('tools that only another dialect has are left out with a note', () => {
  const native: Tool = { kind: 'native', dialect: 'openai-responses', type: 'x', raw: {} };
  const { body, dropped } = encode(conversation(hi, { tools: [native] }));
  assert.deepEqual([body.tools, dropped], [undefined, ['tools[]']]);
});

test('which tool is called', () => {
  const choice = (toolChoice: Conversation['toolChoice'], tools: readonly Tool[] = [f]) =>
    encode(conversation(hi, { tools, ...(toolChoice && { toolChoice }) })).body.toolConfig?.functionCallingConfig;
  assert.deepEqual(choice({ mode: 'auto' }), { mode: 'AUTO' });
  assert.deepEqual(choice({ mode: 'none' }), { mode: 'NONE' });
  assert.deepEqual(choice({ mode: 'required' }), { mode: 'ANY' });
  assert.deepEqual(choice({ mode: 'tool', name: 'f' }), { mode: 'ANY', allowedFunctionNames: ['f'] });
  const allowed = { mode: 'allowed', names: ['f', 'gone'], required: false } as const;
  assert.deepEqual(choice(allowed), { mode: 'VALIDATED', allowedFunctionNames: ['f'] });
  assert.deepEqual(choice({ ...allowed, required: true }), { mode: 'ANY', allowedFunctionNames: ['f'] });
  assert.deepEqual(choice({ mode: 'tool', name: 'web_search' }), { mode: 'AUTO' });
  // Without functions a choice is an error.
  assert.equal(choice({ mode: 'required' }, []), undefined);
});

test('generation 2.5 thinks in tokens, within the limits of each model', () => {
  const budget = (reasoning: Conversation['reasoning'], model = 'gemini-2.5-flash') =>
    config({ ...(reasoning && { reasoning }) }, model)?.thinkingConfig;
  assert.deepEqual(budget({ effort: 'low' }), { thinkingBudget: 1024 });
  assert.deepEqual(budget({ effort: 'max' }), { thinkingBudget: 24576 });
  assert.deepEqual(budget({ effort: 'max' }, 'models/gemini-2.5-pro'), { thinkingBudget: 32768 });
  assert.deepEqual(budget({ enabled: false }), { thinkingBudget: 0 });
  assert.deepEqual(budget({ effort: 'none' }, 'gemini-2.5-pro'), { thinkingBudget: 128 });
  assert.deepEqual(budget({ budget: 100 }, 'gemini-2.5-flash-lite'), { thinkingBudget: 512 });
  assert.deepEqual(budget({ adaptive: true }), { thinkingBudget: -1 });
  assert.deepEqual(budget({ budget: -1, summary: 'auto' }), { thinkingBudget: -1, includeThoughts: true });
  assert.equal(budget({ summary: 'none' }), undefined);
  // Who turns thinking on is shown it.
  assert.deepEqual(budget({ enabled: true, budget: 2000 }), { thinkingBudget: 2000, includeThoughts: true });
  assert.deepEqual(budget({ enabled: true, budget: 2000, summary: 'none' }), { thinkingBudget: 2000 });
});

test('generation 3 thinks in levels, as far as the model has them', () => {
  const level = (reasoning: Conversation['reasoning'], model = 'gemini-3-flash-preview') =>
    config({ ...(reasoning && { reasoning }) }, model)?.thinkingConfig;
  assert.deepEqual(level({ effort: 'minimal' }), { thinkingLevel: 'MINIMAL' });
  assert.deepEqual(level({ effort: 'minimal' }, third), { thinkingLevel: 'LOW' });
  assert.deepEqual(level({ effort: 'medium' }, third), { thinkingLevel: 'HIGH' });
  assert.deepEqual(level({ effort: 'medium' }, 'gemini-3.1-pro-preview'), { thinkingLevel: 'MEDIUM' });
  assert.deepEqual(level({ effort: 'xhigh' }, 'gemini-flash-latest'), { thinkingLevel: 'HIGH' });
  assert.deepEqual(level({ enabled: false }), { thinkingLevel: 'MINIMAL' });
  assert.deepEqual(level({ budget: 4000 }), { thinkingLevel: 'MEDIUM' });
  assert.equal(level({ budget: -1 }), undefined);
});

test('that a model cannot stop thinking is noted', () => {
  const dropped = (model: string) => encode(conversation(hi, { reasoning: { enabled: false } }), model).dropped;
  assert.deepEqual(dropped('gemini-2.5-flash'), []);
  assert.deepEqual(dropped('gemini-2.5-pro'), ['generationConfig.thinkingConfig']);
  assert.deepEqual(dropped(third), ['generationConfig.thinkingConfig']);
});

test('a model that does not think is not asked to, with a note', () => {
  const { body, dropped } = encode(
    conversation(hi, { reasoning: { effort: 'high', summary: 'auto' } }),
    'gemini-2.0-flash',
  );
  assert.equal(body.generationConfig, undefined);
  assert.deepEqual(dropped, ['generationConfig.thinkingConfig']);
  assert.deepEqual(encode(conversation(hi, { reasoning: { enabled: false } }), 'gemini-2.0-flash').dropped, []);
});

test('settings have their names; five stop strings are taken', () => {
  const settings = { maxOutputTokens: 1, answers: 2, temperature: 0, topP: 1, topK: 3, seed: 4, logprobs: 2 };
  assert.deepEqual(config({ ...settings, presencePenalty: 1, frequencyPenalty: 2 }), {
    maxOutputTokens: 1,
    candidateCount: 2,
    temperature: 0,
    topP: 1,
    topK: 3,
    seed: 4,
    presencePenalty: 1,
    frequencyPenalty: 2,
    responseLogprobs: true,
    logprobs: 2,
  });
  assert.deepEqual(config({ logprobs: 0 }), { responseLogprobs: true });
  const { body, dropped } = encode(conversation(hi, { stop: ['1', '2', '3', '4', '5', '6'] }));
  assert.deepEqual(body.generationConfig.stopSequences, ['1', '2', '3', '4', '5']);
  assert.deepEqual(dropped, ['generationConfig.stopSequences']);
});

test('a seed larger than the API takes is left out, with a note', () => {
  for (const seed of [2 ** 31, -(2 ** 31) - 1, 1.5]) {
    const { body, dropped } = encode(conversation(hi, { seed }));
    assert.deepEqual([body.generationConfig, dropped], [undefined, ['generationConfig.seed']]);
  }
  assert.deepEqual(config({ seed: -(2 ** 31) }), { seed: -(2 ** 31) });
});

test('structured output: a type and a JSON Schema, or the older kind', () => {
  const schema = { type: 'object', properties: { a: { const: 1 } }, additionalProperties: false };
  const format = { kind: 'schema', name: 'n', strict: true, schema } as const;
  const { body, dropped } = encode(conversation(hi, { format }));
  assert.deepEqual(body.generationConfig, {
    responseMimeType: 'application/json',
    responseJsonSchema: { ...schema, properties: { a: { type: 'number', enum: [1] } } },
  });
  assert.deepEqual(dropped, ['format.name', 'format.strict']);
  assert.deepEqual(config({ format: { kind: 'json' } }), { responseMimeType: 'application/json' });
  assert.equal(config({ format: { kind: 'text' } }), undefined);
  const older = encode(conversation(hi, { format }), undefined, { jsonSchema: false }).body.generationConfig;
  assert.deepEqual(older.responseSchema, { type: 'OBJECT', properties: { a: { type: 'STRING', enum: ['1'] } } });
});

test('up to generation 2.5 a format beside functions is told in words: asking for both is refused', () => {
  const format = { kind: 'schema', schema: { type: 'object' } } as const;
  const both = conversation([system('be brief'), user('hi')], { format, tools: [f] });
  const { body, dropped } = encode(both);
  assert.equal(body.generationConfig, undefined);
  assert.deepEqual(body.systemInstruction.parts[0], { text: 'be brief' });
  assert.match(body.systemInstruction.parts[1].text, /JSON Schema:\n\{"type":"object"\}$/);
  assert.deepEqual(dropped, ['generationConfig.responseMimeType']);
  assert.deepEqual(encode(both, third).body.generationConfig, {
    responseMimeType: 'application/json',
    responseJsonSchema: { type: 'object' },
  });
});

test('what this API cannot say is noted', () => {
  const { body, dropped } = encode(
    conversation(hi, {
      parallelToolCalls: false,
      logitBias: { 1: 1 },
      verbosity: 'low',
      user: 'u',
      metadata: { a: 'b' },
      serviceTier: 'auto',
    }),
  );
  assert.deepEqual(body, { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] });
  assert.deepEqual(dropped, ['parallelToolCalls', 'logitBias', 'verbosity', 'user', 'metadata']);
  assert.equal(encode(conversation(hi, { serviceTier: 'default' })).body.serviceTier, 'standard');
  assert.deepEqual(encode(conversation(hi, { parallelToolCalls: true })).dropped, []);
});

test('the same conversation gives the same bytes', () => {
  const same = () => JSON.stringify(encode(conversation([system('s'), user('hi')], { tools: [f] }), third).body);
  assert.equal(same(), same());
});
