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
import { richRequests, textsIn, withInstead } from './rich-requests.ts';

/** Each beside an unknown word of its length and letters. */
const words = [
  ['constructor', 'nosuchthing'],
  ['toString', 'noSuchIs'],
  ['__proto__', '__nosuch_'],
] as const;

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
  for (const path of textsIn(value).filter((place) => !said.has(String(place.at(-1))))) {
    for (const [word, unknown] of words) {
      const [one, other] = [word, unknown].map((told) => outcome(() => work(withInstead(value, path, told))));
      assert.equal(alike(one ?? '', word, unknown), alike(other ?? '', word, unknown), `${path.join('.')}: ${word}`);
    }
  }
}

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
          richRequests[from],
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
