// Whatever an upstream sends, a translation either says something in the client's dialect or fails as a gateway error: it
// never throws anything else, and never makes up an end.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Conversation, type DialectName, GatewayError } from '../../../src/core/index.ts';
import { codecs } from '../../../src/dialects/codecs.ts';
import { dialectNames } from '../../../src/dialects/index.ts';
import { sampleOf } from '../../../src/gateway/contract/samples/index.ts';
import { type AnswerWay, StreamTranslation, translateAnswer } from '../../../src/gateway/translate/translate-answer.ts';
import { translateRequest } from '../../../src/gateway/translate/translate-request.ts';
import { asking, dataOf, eventsOf } from './rig.ts';

const conversation: Conversation = { model: 'm', stream: true, turns: [], tools: [] };

function wayOf(from: DialectName, to: DialectName): AnswerWay {
  const reply = { callId: 'c1', model: 'm', now: 0, conversation, estimateInput: () => 1, lost: () => undefined };
  return { from, origin: `${from}/vendor`, to, codec: codecs[to].chat, undo: new Map(), reply };
}

type Tree = null | boolean | number | string | Tree[] | { [key: string]: Tree };

/** Places of a JSON value, as paths. */
function placesIn(value: Tree, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (value === null || typeof value !== 'object') return [path];
  const inner = Array.isArray(value)
    ? value.flatMap((item, at) => placesIn(item, [...path, at]))
    : Object.entries(value).flatMap(([key, item]) => placesIn(item, [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}

/** The value with something else at one of its places. */
function damaged(value: Tree, at: number, instead: Tree): Tree {
  const places = placesIn(value);
  const path = places[at % Math.max(1, places.length)] ?? [];
  const copy = structuredClone(value);
  let node = copy as unknown as Record<string | number, Tree>;
  for (const step of path.slice(0, -1)) node = node[step] as unknown as Record<string | number, Tree>;
  const last = path.at(-1);
  if (last !== undefined) node[last] = instead;
  return copy;
}

const anything = fc.oneof(
  fc.constantFrom<Tree>(null, true, -1, 1e21, '', 'x', [], {}, [null], { type: 'new' }, 'constructor', '__proto__'),
  // No text can be made of these.
  fc.constantFrom<Tree>({ toString: 1, valueOf: 1 }, [{ toString: null, valueOf: null }]),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Tree>,
);

function onlyGatewayErrors(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
  }
}

for (const from of dialectNames) {
  describe(`from ${from}`, () => {
    const events = dataOf(eventsOf(from).join(''));
    const whole = JSON.parse(sampleOf(from, 'chat')?.answer ?? '{}') as Tree;
    for (const to of dialectNames.filter((name) => name !== from)) {
      test(`damaged events to ${to}`, () => {
        fc.assert(
          fc.property(fc.nat(), fc.nat(), anything, fc.boolean(), (which, place, instead, twice) => {
            const translation = new StreamTranslation(wayOf(from, to));
            const at = which % events.length;
            const said = events.flatMap((data, index) => {
              if (index !== at) return [data];
              const changed = JSON.stringify(damaged(JSON.parse(data) as Tree, place, instead));
              return twice ? [data, changed] : [changed];
            });
            onlyGatewayErrors(() => {
              for (const data of said) translation.event('', data);
              translation.end();
            });
          }),
          { numRuns: 60 },
        );
      });

      test(`events left out, cut or in another order to ${to}`, () => {
        fc.assert(
          fc.property(fc.shuffledSubarray(events), fc.nat(40), (some, cut) => {
            const translation = new StreamTranslation(wayOf(from, to));
            onlyGatewayErrors(() => {
              for (const data of some) translation.event('', data);
              translation.event('', (events[0] ?? '').slice(0, cut));
              translation.end();
            });
          }),
          { numRuns: 40 },
        );
      });

      test(`a stream that is cut has no end for ${to}`, () => {
        const full = new StreamTranslation(wayOf(from, to));
        for (const data of events) full.event('', data);
        full.end();
        assert.ok(full.ended || from === 'openai-chat');
        for (let cut = 0; cut < events.length - 2; cut += 1) {
          const translation = new StreamTranslation(wayOf(from, to));
          for (const data of events.slice(0, cut)) translation.event('', data);
          translation.end();
          assert.ok(!translation.ended, `${cut} of ${events.length} events`);
        }
      });

      test(`damaged answers to ${to}`, () => {
        fc.assert(
          fc.property(fc.nat(), anything, (place, instead) => {
            const body = damaged(whole, place, instead) as Record<string, unknown>;
            onlyGatewayErrors(() => JSON.stringify(translateAnswer(body, wayOf(from, to))));
          }),
          { numRuns: 80 },
        );
      });

      test(`damaged requests to ${to}`, () => {
        const { body } = asking(from);
        const rich = { ...body, tools: [{}], temperature: 1, stop: ['x'], metadata: {}, n: 1, generationConfig: {} };
        const destination = { model: 'm', stream: false, origin: `${to}/vendor`, facts: {} };
        const lanes = { from: { dialect: from, operation: 'chat' }, to: { dialect: to, operation: 'chat' } } as const;
        fc.assert(
          fc.property(fc.nat(), anything, (place, instead) => {
            const damagedBody = damaged(rich as unknown as Tree, place, instead) as Record<string, unknown>;
            const asked = { model: 'm', stream: false };
            onlyGatewayErrors(() =>
              JSON.stringify(translateRequest({ ...lanes, body: damagedBody, asked, destination }).body),
            );
          }),
          { numRuns: 80 },
        );
      });
    }
  });
}

for (const dialect of dialectNames) {
  test(`a reason of ${dialect} that nobody knows is kept as it is, whatever word it is`, () => {
    const { answer = '' } = sampleOf(dialect, 'chat') ?? {};
    for (const word of ['constructor', '__proto__', 'weird']) {
      const body = JSON.parse(answer.replace(/"(stop|end_turn|STOP)"/, `"${word}"`)) as Record<string, unknown>;
      if (dialect === 'openai-responses') body.status = word;
      const [candidate] = codecs[dialect].chat.decodeAnswer(body, { origin: `${dialect}/vendor` }).candidates;
      assert.deepEqual([candidate?.finish.reason, candidate?.finish.raw], ['other', word]);
    }
  });
}
