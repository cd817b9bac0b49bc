// What is produced is what the vendors' specifications describe: requests, answers and events, generated and recorded.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Conversation, DialectName, JsonObject } from '../../src/core/index.ts';
import { codecs } from '../../src/dialects/codecs.ts';
import { dialectNames } from '../../src/dialects/index.ts';
import { EventSplitter } from '../../src/dialects/sse.ts';
import { understand } from '../../src/gateway/translate/translate-request.ts';
import { wholeStreams } from '../sdk/matrix.ts';
import { asking, modelInPath, replyTo } from '../support/asking.ts';
import { answered, streamed } from '../support/translated.ts';
import { onTheWire } from '../support/wire.ts';
import { answeredChats, askedChats } from './chats.ts';
import { sayIn } from './crossing.ts';
import { failures } from './failures.ts';
import { answer, inPieces } from './generate/answer.ts';
import { conversation } from './generate/conversation.ts';
import { faultsOf, noSpecs, strangers } from './spec/validators.ts';

const runs = { numRuns: 60 };

function assertRequest(dialect: DialectName, body: JsonObject): void {
  assert.deepEqual(strangers(dialect, body), [], 'members the specification does not know');
  assert.deepEqual(faultsOf(dialect, 'request', body), []);
}

function assertEvents(dialect: DialectName, text: string): void {
  const splitter = new EventSplitter();
  for (const { data } of [...splitter.push(Buffer.from(text)), ...splitter.end()]) {
    if (data === '' || data === '[DONE]') continue;
    const event = JSON.parse(data);
    const faults = faultsOf(dialect, 'event', event);
    assert.deepEqual(faults, [], data.slice(0, 300));
  }
}

/** A conversation of nobody's in particular, said in this dialect: undefined where it refuses. */
function wire(dialect: DialectName, asked: Conversation): JsonObject | undefined {
  const spoken = {
    from: { dialect, operation: 'chat' },
    codec: codecs[dialect].chat,
    dropped: [],
    conversation: asked,
  };
  const said = sayIn(dialect, { ...spoken, words: codecs[dialect].chat.words } as Parameters<typeof sayIn>[1]);
  return said === undefined ? undefined : onTheWire(said.body);
}

for (const dialect of dialectNames) {
  const others = dialectNames.filter((name) => name !== dialect);

  describe(`the specification of ${dialect}`, { skip: noSpecs }, () => {
    it('describes the requests produced', () => {
      fc.assert(
        fc.property(conversation, (asked) => {
          const body = wire(dialect, asked);
          if (body !== undefined) assertRequest(dialect, { model: 'm', ...body });
        }),
        runs,
      );
    });

    it('describes the answers and events produced', () => {
      fc.assert(
        fc.property(answer, fc.array(fc.nat(100), { maxLength: 3 }), (said, places) => {
          const reply = replyTo(asking(dialect));
          assert.deepEqual(faultsOf(dialect, 'answer', onTheWire(codecs[dialect].chat.encodeAnswer(said, reply))), []);
          const encoder = codecs[dialect].chat.encodeStream(reply);
          assertEvents(dialect, [...inPieces(said, places)].map((delta) => encoder.delta(delta)).join(''));
        }),
        runs,
      );
    });

    for (const from of others) {
      it(`describes recorded requests of ${from}, translated`, () => {
        const broken = failures(askedChats(from), ({ body, model, stream }) => {
          const spoken = understand({ dialect: from, operation: 'chat' }, body, {
            model: modelInPath(from, model),
            stream,
          });
          const said = sayIn(dialect, spoken);
          if (said !== undefined) assertRequest(dialect, onTheWire({ model, ...said.body }));
        });
        assert.deepEqual(broken, []);
      });

      it(`describes recorded answers and streams of ${from}, translated`, () => {
        const whole = failures(answeredChats(from), ({ body }) => {
          const told = onTheWire(answered(from, dialect, body, asking(dialect, [], false)));
          assert.deepEqual(faultsOf(dialect, 'answer', told), []);
        });
        const streams = wholeStreams(from).map(({ one }) => one);
        const events = failures(streams, ({ sse = '' }) => {
          assertEvents(dialect, streamed(from, dialect, sse, asking(dialect)).text);
        });
        assert.deepEqual([...whole, ...events], []);
      });
    }
  });
}
