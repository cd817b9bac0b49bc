// Laws of requests: a round trip changes nothing, and what is asked in one dialect is asked in another or named as dropped.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Conversation, Destination, DialectName, JsonObject } from '../../src/core/index.ts';
import { codecs } from '../../src/dialects/codecs.ts';
import { dialectNames } from '../../src/dialects/index.ts';
import { understand } from '../../src/gateway/translate/translate-request.ts';
import { modelInPath, noNotes } from '../support/asking.ts';
import { originOf } from '../support/translated.ts';
import { onTheWire } from '../support/wire.ts';
import { assertCrossed, sayIn } from './crossing.ts';
import { conversation, sayable } from './generate/conversation.ts';

const runs = { numRuns: 80 };

function wire(dialect: DialectName, asked: Conversation): JsonObject {
  const { model, stream } = asked;
  const to: Destination = { model, stream, origin: originOf(dialect), notes: noNotes, facts: {} };
  return onTheWire(codecs[dialect].chat.encodeRequest(asked, to));
}

function read(dialect: DialectName, body: JsonObject, { model, stream }: Conversation) {
  return understand({ dialect, operation: 'chat' }, body, { model: modelInPath(dialect, model), stream });
}

for (const from of dialectNames) {
  const asked = conversation.map((all) => sayable(from, all));

  describe(`requests in ${from}`, () => {
    it('come out of a round trip as they went in', () => {
      fc.assert(
        fc.property(asked, (all) => {
          const body = wire(from, all);
          assert.deepEqual(wire(from, read(from, body, all).conversation), body);
        }),
        runs,
      );
    });

    for (const to of dialectNames.filter((name) => name !== from)) {
      it(`ask the same in ${to}, or name what they could not`, () => {
        fc.assert(
          fc.property(asked, (all) => {
            const spoken = read(from, wire(from, all), all);
            const said = sayIn(to, spoken);
            if (said !== undefined) assertCrossed(spoken, said, to);
          }),
          runs,
        );
      });
    }
  });
}
