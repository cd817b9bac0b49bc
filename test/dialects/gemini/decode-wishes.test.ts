// What a GenerateContentRequest asks for: tools, choices, settings.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, encode, modelled } from './kit.ts';

const contents = [{ role: 'user', parts: [{ text: 'hi' }] }];

/** The same bytes of meaning, back again. */
function roundTrip(body: Record<string, unknown>): void {
  const { body: back, dropped } = encode(decode(body), 'gemini-3-pro-preview');
  assert.deepEqual(back, body);
  assert.deepEqual(dropped, []);
}

test('tools: functions with schemas of either kind, searches, and what only this API has', () => {
  const body = {
    contents,
    tools: [
      {
        functionDeclarations: [
          {
            name: 'f',
            description: 'd',
            parameters: { type: 'OBJECT', properties: { a: { type: 'STRING', nullable: true } } },
          },
          { name: 'g', parametersJsonSchema: { type: 'object', properties: {} }, behavior: 'BLOCKING' },
          { name: 'h', description: null },
        ],
        google_search: { timeRangeFilter: {} },
      },
      { codeExecution: {} },
      { functionDeclarations: [] },
    ],
  };
  const { tools } = decode(body);
  assert.deepEqual(
    tools.map(({ kind }) => kind),
    ['function', 'function', 'function', 'web-search', 'native'],
  );
  const [first] = tools;
  assert.deepEqual(first?.kind === 'function' && first.parameters, {
    type: 'object',
    properties: { a: { type: ['string', 'null'] } },
  });
  roundTrip(body);
});

test('a tool that was changed or taken away shows', () => {
  const declaration = { name: 'f', parameters: { type: 'OBJECT', properties: { a: { type: 'STRING' } } } };
  const read = decode({ contents, tools: [{ functionDeclarations: [declaration] }, { codeExecution: {} }] });
  const tools = read.tools.map((tool) =>
    tool.kind === 'function' ? { ...tool, name: 'g', parameters: { type: 'object', properties: {} } } : tool,
  );
  const { body } = encode({ ...read, tools });
  assert.deepEqual(body.tools[0], {
    functionDeclarations: [{ name: 'g', parameters: { type: 'object', properties: {} } }],
  });
  assert.deepEqual(encode({ ...read, tools: read.tools.slice(0, 1) }).body.tools, [
    { functionDeclarations: [declaration] },
  ]);
});

test('which functions may be called', () => {
  const choice = (functionCallingConfig: Record<string, unknown>) => {
    const body = { contents, toolConfig: { functionCallingConfig } };
    roundTrip(body);
    return decode(body).toolChoice === undefined ? undefined : modelled({ ...decode(body) }).toolChoice;
  };
  assert.deepEqual(choice({ mode: 'AUTO' }), { mode: 'auto' });
  assert.deepEqual(choice({ mode: 'NONE' }), { mode: 'none' });
  assert.deepEqual(choice({ mode: 'ANY' }), { mode: 'required' });
  assert.deepEqual(choice({ mode: 2 }), { mode: 'required' });
  assert.deepEqual(choice({ mode: 'any', allowedFunctionNames: [] }), { mode: 'required' });
  assert.deepEqual(choice({ mode: 'ANY', allowedFunctionNames: ['f'] }), { mode: 'tool', name: 'f' });
  assert.deepEqual(choice({ mode: 'ANY', allowedFunctionNames: ['f', 'g'] }), {
    mode: 'allowed',
    names: ['f', 'g'],
    required: true,
  });
  assert.deepEqual(choice({ mode: 'VALIDATED', allowedFunctionNames: ['f'] }), {
    mode: 'allowed',
    names: ['f'],
    required: false,
  });
  assert.deepEqual(choice({ mode: 'VALIDATED' }), { mode: 'auto' });
  assert.deepEqual(choice({ mode: 'MODE_OF_NEXT_YEAR' }), { mode: 'auto' });
  assert.equal(choice({ streamFunctionCallArguments: true }), undefined);
});

test('settings, and those without a canonical word', () => {
  const body = {
    contents,
    generationConfig: {
      temperature: 1,
      topP: 0.9,
      topK: 40,
      candidateCount: 2,
      maxOutputTokens: 9,
      stopSequences: ['x'],
      seed: 7,
      presencePenalty: 1,
      frequencyPenalty: -1,
      responseLogprobs: true,
      logprobs: 3,
      responseModalities: ['TEXT'],
      thinkingConfig: { thinkingBudget: 0, includeThoughts: false, other: 1 },
    },
    safetySettings: [],
    labels: { a: 'b' },
    serviceTier: 'flex',
  };
  const read = decode(body);
  const { temperature, topP, topK, answers, maxOutputTokens, stop, seed, logprobs, serviceTier, reasoning } = read;
  assert.deepEqual(
    { temperature, topP, topK, answers, maxOutputTokens, stop, seed, logprobs, serviceTier, reasoning },
    {
      temperature: 1,
      topP: 0.9,
      topK: 40,
      answers: 2,
      maxOutputTokens: 9,
      stop: ['x'],
      seed: 7,
      logprobs: 3,
      serviceTier: 'flex',
      reasoning: { enabled: false, budget: 0, summary: 'none' },
    },
  );
  assert.deepEqual(Object.keys(read.extra?.fields ?? {}).sort(), [
    'generationConfig.responseModalities',
    'generationConfig.thinkingConfig.other',
    'labels',
    'safetySettings',
  ]);
  roundTrip(body);
  roundTrip({ contents, generationConfig: {} });
  roundTrip({ contents, generationConfig: { thinkingConfig: {} }, toolConfig: {}, tools: [] });
  roundTrip({ contents, generationConfig: { maxOutputTokens: 'many', stopSequences: [1], topK: null } });
});

test('structured output of either kind, in capitals or not', () => {
  const format = (generationConfig: Record<string, unknown>) => {
    roundTrip({ contents, generationConfig });
    return modelled({ ...decode({ contents, generationConfig }) }).format;
  };
  const json = 'application/json';
  assert.deepEqual(format({ responseMimeType: json }), { kind: 'json' });
  assert.deepEqual(format({ responseMimeType: 'text/plain' }), { kind: 'text' });
  assert.equal(format({ responseMimeType: 'text/x.enum', responseSchema: { type: 'STRING', enum: ['a'] } }), undefined);
  const expected = { kind: 'schema', schema: { type: 'array', items: { type: 'integer' } } };
  assert.deepEqual(
    format({ responseMimeType: json, responseSchema: { type: 'ARRAY', items: { type: 'INTEGER' } } }),
    expected,
  );
  // Capitals stand in JSON Schema of this API's own clients, too.
  assert.deepEqual(format({ responseJsonSchema: { type: 'ARRAY', items: { type: 'INTEGER' } } }), expected);
});
