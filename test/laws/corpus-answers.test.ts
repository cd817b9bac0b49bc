// Recorded answers: back in their own dialect they are what they were; translated they say the same; errors are read.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { codecs } from '../../src/dialects/codecs.ts';
import { dialectNames } from '../../src/dialects/index.ts';
import { asking, replyTo } from '../support/asking.ts';
import { noCorpus, recorded } from '../support/corpus.ts';
import { answered, originOf } from '../support/translated.ts';
import { onTheWire } from '../support/wire.ts';
import { answeredChats } from './chats.ts';
import { failures } from './failures.ts';
import { type Gist, gistOf } from './gist.ts';

describe('recorded answers', { skip: noCorpus }, () => {
  for (const dialect of dialectNames) {
    const { chat, decodeError } = codecs[dialect];
    const answers = answeredChats(dialect);

    it(`${dialect}: come out of a round trip as they went in`, () => {
      assert.ok(answers.length > 60, `${answers.length}`);
      const broken = failures(answers, ({ body }) => {
        const said = chat.decodeAnswer(body, { origin: originOf(dialect) });
        const again = chat.encodeAnswer(said, replyTo(asking(dialect, [], false)));
        assert.deepEqual(onTheWire(again), body);
      });
      assert.deepEqual(broken, []);
    });

    for (const to of dialectNames.filter((name) => name !== dialect)) {
      it(`${dialect} -> ${to}: say the same`, () => {
        const broken = failures(answers, ({ body }) => {
          const before = gistOf(chat.decodeAnswer(body, { origin: originOf(dialect) }));
          const told = onTheWire(answered(dialect, to, body, asking(to, [], false)));
          const after = gistOf(codecs[to].chat.decodeAnswer(told, { origin: originOf(to) }));
          assert.deepEqual([after.text, names(after)], [before.text, names(before)]);
          if (before.usage !== undefined) assert.deepEqual(tokens(after), tokens(before));
        });
        assert.deepEqual(broken, []);
      });
    }

    it(`${dialect}: errors are read`, () => {
      const errors = recorded(dialect).filter(({ status }) => status >= 400);
      const broken = failures(errors, ({ status, response, responseText }) => {
        const fault = decodeError(status, {}, responseText ?? JSON.stringify(response));
        assert.equal(fault.type, 'fault');
        assert.ok(fault.message.length > 3, 'no message');
        // The client itself went away: nobody's fault.
        if (status === 499) return;
        const client = ['server', 'overloaded', 'timeout'].includes(fault.reason) ? 500 : 400;
        assert.equal(status >= 500 ? 500 : 400, client, `${status} is ${fault.reason}`);
      });
      assert.deepEqual(broken, []);
    });
  }
});

function tokens({ usage }: Gist) {
  return { input: usage?.input, output: usage?.output };
}

function names({ calls }: Gist): string[] {
  return calls.map(({ name }) => name);
}
