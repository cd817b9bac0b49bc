// Recorded requests, and those of real clients: back in their own dialect they are what they were; in another they ask
// the same or name what they could not.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DialectName, JsonObject } from '../../src/core/index.ts';
import { codecs } from '../../src/dialects/codecs.ts';
import { dialectNames } from '../../src/dialects/index.ts';
import { understand } from '../../src/gateway/translate/translate-request.ts';
import { modelInPath, noNotes } from '../support/asking.ts';
import { noCorpus } from '../support/corpus.ts';
import { originOf } from '../support/translated.ts';
import { onTheWire } from '../support/wire.ts';
import { type AskedChat, askedChats } from './chats.ts';
import { assertCrossed, sayIn } from './crossing.ts';
import { failures } from './failures.ts';

function read(dialect: DialectName, { body, model, stream }: AskedChat) {
  return understand({ dialect, operation: 'chat' }, body, { model: modelInPath(dialect, model), stream });
}

function wire(dialect: DialectName, asked: AskedChat): JsonObject {
  const { model, stream } = asked;
  const { conversation } = read(dialect, asked);
  const to = { model, stream, origin: originOf(dialect), notes: noNotes, facts: { streamUsage: false } };
  return onTheWire(codecs[dialect].chat.encodeRequest(conversation, to));
}

describe('recorded requests', { skip: noCorpus }, () => {
  for (const dialect of dialectNames) {
    const chats = askedChats(dialect);

    it(`${dialect}: come out of a round trip as they went in`, () => {
      assert.ok(chats.length > 70, `${chats.length}`);
      assert.deepEqual(
        failures(chats, (asked) => assert.deepEqual(wire(dialect, asked), asked.body)),
        [],
      );
    });

    for (const to of dialectNames.filter((name) => name !== dialect)) {
      it(`${dialect} -> ${to}: ask the same, or name what they could not`, () => {
        const crossed = failures(chats, (asked) => {
          const spoken = read(dialect, asked);
          const said = sayIn(to, spoken);
          if (said !== undefined) assertCrossed(spoken, said, to);
        });
        assert.deepEqual(crossed, []);
      });
    }
  }
});
