// A word of the wire that every object has a member of by nature (`constructor`, `__proto__`, `toString`) is a word like
// any other that nobody knows: what comes of it is what comes of another unknown word.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DialectName, GatewayError, type JsonObject } from '../../src/core/index.ts';
import { codecs } from '../../src/dialects/codecs.ts';
import { dialectNames } from '../../src/dialects/index.ts';
import { listed } from '../../src/dialects/openai-responses/state/items.ts';
import { EventSplitter } from '../../src/dialects/sse.ts';
import { sampleOf } from '../../src/gateway/contract/samples/index.ts';
import { translateRequest } from '../../src/gateway/translate/translate-request.ts';
import { samples } from '../sdk/samples.ts';
import { asking, replyTo } from '../support/asking.ts';
import { answered, originOf, streamed } from '../support/translated.ts';

/** Each beside an unknown word of its length and letters. */
const words = [
  ['constructor', 'nosuchthing'],
  ['toString', 'noSuchIs'],
  ['__proto__', '__nosuch_'],
] as const;

type Path = readonly (string | number)[];

/** What is said, not a word of the wire: a text told again in pieces is cut by its length, base64 is read. */
const said = new Set([
  'text',
  'delta',
  'thinking',
  'partial_json',
  'data',
  'thoughtSignature',
  'signature',
  'arguments',
]);

function textsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value === 'string') return said.has(String(path.at(-1))) ? [] : [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => textsIn(inner, [...path, name]));
}

function withWord<T>(value: T, path: Path, word: string): T {
  const copy = structuredClone(value);
  let node = copy as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) node = node[step] as Record<string | number, unknown>;
  node[path.at(-1) ?? ''] = word;
  return copy;
}

function outcome(work: () => unknown): string {
  try {
    return JSON.stringify(work());
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

/** Hashes of the word differ, as they should. */
function alike(text: string, word: string, instead: string): string {
  return text
    .replaceAll(new RegExp(instead, 'gi'), word)
    .replaceAll(new RegExp(word, 'gi'), word)
    .replaceAll(/[0-9a-f]{8,}/g, '#');
}

function assertNoMeaning<T>(value: T, work: (value: T) => unknown): void {
  for (const path of textsIn(value)) {
    for (const [word, unknown] of words) {
      const [one, other] = [word, unknown].map((told) => outcome(() => work(withWord(value, path, told))));
      assert.equal(alike(one ?? '', word, unknown), alike(other ?? '', word, unknown), `${path.join('.')}: ${word}`);
    }
  }
}

const requests: Readonly<Record<DialectName, JsonObject>> = {
  'openai-chat': {
    model: 'm',
    messages: [
      { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
      {
        role: 'user',
        content: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } }],
      },
      { role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'aGk=', format: 'mp3' } }] },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c', content: 'done' },
    ],
    tools: [
      {
        type: 'function',
        function: {
          name: 'f',
          description: 'd',
          parameters: { type: 'object', properties: { a: { type: 'string', format: 'date' } } },
        },
      },
    ],
    tool_choice: 'auto',
    reasoning_effort: 'low',
    service_tier: 'flex',
    verbosity: 'low',
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } },
  },
  'openai-responses': {
    model: 'm',
    instructions: 'Be brief.',
    input: [
      {
        type: 'message',
        role: 'user',
        content: [{ type: 'input_image', image_url: 'https://example.com/a.png', detail: 'low' }],
      },
      { type: 'reasoning', id: 'rs', summary: [{ type: 'summary_text', text: 't' }], encrypted_content: 'e' },
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}', status: 'completed' },
      { type: 'function_call_output', call_id: 'c', output: 'done' },
    ],
    tools: [
      { type: 'function', name: 'f', parameters: { type: 'object' }, strict: false },
      { type: 'web_search', search_context_size: 'low' },
    ],
    tool_choice: { type: 'function', name: 'f' },
    reasoning: { effort: 'low', summary: 'auto' },
    text: { format: { type: 'text' }, verbosity: 'low' },
    service_tier: 'flex',
    truncation: 'auto',
  },
  'anthropic-messages': {
    model: 'claude-x',
    max_tokens: 100,
    system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } },
          { type: 'text', text: 'Hi' },
        ],
      },
      {
        role: 'user',
        content: [{ type: 'document', title: 't', source: { type: 'text', media_type: 'text/plain', data: 'words' } }],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 't', signature: 's' },
          { type: 'tool_use', id: 'c', name: 'f', input: { a: 'b' } },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: [{ type: 'text', text: 'done' }] }] },
    ],
    tools: [
      { name: 'f', type: 'custom', description: 'd', input_schema: { type: 'object' } },
      { type: 'web_search_20250305', name: 'web_search' },
    ],
    tool_choice: { type: 'auto' },
    thinking: { type: 'adaptive', display: 'summarized' },
    output_config: { effort: 'low' },
    service_tier: 'auto',
    metadata: { user_id: 'u' },
  },
  gemini: {
    systemInstruction: { parts: [{ text: 'Be brief.' }] },
    contents: [
      {
        role: 'user',
        parts: [
          { inlineData: { mimeType: 'image/png', data: 'aGk=' } },
          { fileData: { fileUri: 'https://example.com/a.pdf', mimeType: 'application/pdf' } },
          { text: 'Hi' },
        ],
      },
      { role: 'model', parts: [{ functionCall: { name: 'f', args: { a: 'b' } }, thoughtSignature: 's' }] },
      { role: 'user', parts: [{ functionResponse: { name: 'f', response: { output: 'done' } } }] },
    ],
    tools: [
      {
        functionDeclarations: [
          {
            name: 'f',
            description: 'd',
            parameters: { type: 'OBJECT', properties: { a: { type: 'STRING', format: 'enum' } } },
          },
        ],
      },
    ],
    toolConfig: { functionCallingConfig: { mode: 'AUTO' } },
    generationConfig: {
      responseMimeType: 'application/json',
      thinkingConfig: { thinkingLevel: 'LOW' },
      mediaResolution: 'MEDIA_RESOLUTION_LOW',
    },
    safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
    serviceTier: 'flex',
  },
};

const tier: Readonly<Record<DialectName, JsonObject>> = {
  'openai-chat': { service_tier: 'default' },
  'openai-responses': { service_tier: 'default' },
  'anthropic-messages': {},
  gemini: {},
};

for (const from of dialectNames) {
  describe(`natural words in ${from}`, () => {
    for (const to of dialectNames) {
      it(`requests to ${to}`, () => {
        const [one, other] = [from, to].map((dialect) => ({ dialect, operation: 'chat' }) as const);
        assertNoMeaning(
          requests[from],
          (body) =>
            translateRequest({
              from: one ?? assert.fail(),
              to: other ?? assert.fail(),
              body,
              asked: { model: 'm', stream: false },
              destination: { model: 'm', stream: false, origin: originOf(to), facts: {} },
            }).body,
        );
      });

      it(`answers to ${to}`, () => {
        const body = { ...(JSON.parse(sampleOf(from, 'chat')?.answer ?? '{}') as JsonObject), ...tier[from] };
        assertNoMeaning(body, (answer) => answered(from, to, answer, asking(to)));
      });

      it(`streams to ${to}`, () => {
        const splitter = new EventSplitter();
        const events = [...splitter.push(Buffer.from(samples[from])), ...splitter.end()].filter(({ data }) =>
          data.startsWith('{'),
        );
        assertNoMeaning(
          events.map(({ data }) => JSON.parse(data) as JsonObject),
          (all) =>
            streamed(
              from,
              to,
              all.map((data, at) => `event: ${events[at]?.event}\ndata: ${JSON.stringify(data)}\n\n`).join(''),
              asking(to),
            ),
        );
      });
    }
  });
}

describe('items of a type that nobody knows', () => {
  const raw = { type: 'constructor', id: 'x' };

  it('pass through a stream that is told again', () => {
    const encoder = codecs['openai-responses'].chat.encodeStream(replyTo(asking('openai-responses')));
    const part = { kind: 'native', dialect: 'openai-responses', type: raw.type, raw } as const;
    encoder.delta({ type: 'answer-start' });
    assert.match(encoder.delta({ type: 'part-start', candidate: 0, index: 0, part }), /"item":{"type":"constructor"/);
  });

  it('are listed with an id as any other', () => {
    const [item] = listed([{ type: raw.type }], 'resp_1');
    assert.match(String(item?.id), /^item_[0-9a-f]{32}$/);
  });
});
