// A request that is told how much its model shall think keeps all else that it says, is read as it was told, and telling
// it twice changes nothing more.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DialectName, JsonObject, Thinking } from '../../src/core/index.ts';
import { Dropped } from '../../src/dialects/canonical/notes.ts';
import { wishOf } from '../../src/dialects/canonical/thinking-wish.ts';
import { codecs } from '../../src/dialects/codecs.ts';
import { noCorpus, recorded } from '../support/corpus.ts';

/** Models that can be told in each way there is. */
const models: Readonly<Record<DialectName, readonly string[]>> = {
  'openai-chat': ['gpt-5', 'o4-mini', 'other-model'],
  'openai-responses': ['gpt-5.2', 'o4-mini', 'other-model'],
  'anthropic-messages': ['claude-sonnet-4-5', 'claude-opus-4-7', 'claude-3-opus', 'other-model'],
  gemini: ['gemini-2.5-pro', 'gemini-3-pro', 'gemini-2.5-flash'],
};
/** What may change, to the second level. */
const touched: Readonly<Record<DialectName, RegExp>> = {
  'openai-chat': /^(reasoning_effort|(reasoning|thinking)(\..*)?)$/,
  'openai-responses': /^reasoning\.effort$/,
  'anthropic-messages': /^(thinking\..*|output_config\.effort|max_tokens|temperature|top_p|top_k)$/,
  gemini: /^(generationConfig|generation_config)\.(thinkingConfig|thinking_config)$/,
};
const suffixes: readonly Thinking[] = [
  'none',
  'minimal',
  'low',
  'medium',
  'high',
  'xhigh',
  'auto',
  0,
  1,
  8192,
  9_999_999,
];

function told(dialect: DialectName, model: string, body: JsonObject, thinking: Thinking): JsonObject {
  const { askThinking, chat } = codecs[dialect];
  const to = { model, stream: false, origin: `${dialect}/x`, notes: new Dropped(chat.words), facts: {} };
  return askThinking(body, wishOf(thinking), to);
}

/** `a.b` -> value as JSON, objects opened once. */
function members(body: JsonObject): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(body)) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [inner, each] of Object.entries(value)) found.set(`${name}.${inner}`, JSON.stringify(each));
    } else found.set(name, JSON.stringify(value));
  }
  return found;
}

function untouched(dialect: DialectName, body: JsonObject): [string, string][] {
  return [...members(body)].filter(([name]) => !touched[dialect].test(name)).sort();
}

for (const dialect of Object.keys(codecs) as DialectName[]) {
  describe(`thinking, told in ${dialect}`, { skip: noCorpus }, () => {
    const requests = recorded(dialect).flatMap(({ name, request }) =>
      request === undefined ? [] : [{ name, request }],
    );
    for (const model of models[dialect]) {
      test(`${model}: all else stays, and twice is once`, () => {
        for (const { name, request } of requests) {
          for (const thinking of suffixes) {
            const once = told(dialect, model, request, thinking);
            assert.deepEqual(untouched(dialect, once), untouched(dialect, request), `${name} (${thinking})`);
            assert.deepEqual(told(dialect, model, once, thinking), once, `${name} (${thinking})`);
          }
        }
      });
    }
    test('it is read as it was told', () => {
      const [model = ''] = models[dialect];
      for (const { request } of requests.filter(isChat).slice(0, 50)) {
        const wish = read(dialect, told(dialect, model, request, 'high'));
        const isSaid = wish?.effort === 'high' || (wish?.budget ?? 0) > 0 || wish?.enabled === false;
        assert.ok(isSaid, JSON.stringify([wish, request]).slice(0, 500));
      }
    });
  });
}

/** Some record embeddings and counts. */
function isChat({ request }: { readonly request: JsonObject }): boolean {
  return ['messages', 'input', 'contents'].some((name) => Array.isArray(request[name]));
}

function read(dialect: DialectName, body: JsonObject) {
  const { chat } = codecs[dialect];
  const asked = { model: 'm', stream: false, notes: new Dropped(chat.words) };
  return chat.decodeRequest(body, asked).reasoning;
}
