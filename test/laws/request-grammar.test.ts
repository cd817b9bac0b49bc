// Whatever history a client sends, orderly or not: what goes out is a history the upstream takes, or a 400 that says why.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Conversation, DialectName } from '../../src/core/index.ts';
import { codecs } from '../../src/dialects/codecs.ts';
import { dialectNames } from '../../src/dialects/index.ts';
import { understand } from '../../src/gateway/translate/translate-request.ts';
import { modelInPath } from '../support/asking.ts';
import { noCorpus } from '../support/corpus.ts';
import { onTheWire } from '../support/wire.ts';
import { askedChats } from './chats.ts';
import { sayIn } from './crossing.ts';
import { failures } from './failures.ts';
import { conversation } from './generate/conversation.ts';
import { mess } from './generate/mess.ts';
import { checkMessages, type MessagesBody } from './grammar/request/anthropic-messages.ts';
import { type ContentsBody, checkContents } from './grammar/request/gemini.ts';
import { type ChatBody, checkChat, checkInput, type ResponsesBody } from './grammar/request/openai.ts';

const grammars: Readonly<Record<DialectName, (body: unknown) => void>> = {
  'openai-chat': (body) => checkChat(body as ChatBody),
  'openai-responses': (body) => checkInput(body as ResponsesBody),
  'anthropic-messages': (body) => checkMessages(body as MessagesBody),
  gemini: (body) => checkContents(body as ContentsBody),
};

/** As a client of another dialect would have said it. */
function check(to: DialectName, asked: Conversation): void {
  const from = to === 'openai-chat' ? 'anthropic-messages' : 'openai-chat';
  const { chat } = codecs[from];
  const lane = { dialect: from, operation: 'chat' } as const;
  const said = sayIn(to, { from: lane, codec: chat, words: chat.words, dropped: [], conversation: asked });
  if (said !== undefined) grammars[to](onTheWire(said.body));
}

for (const to of dialectNames) {
  describe(`histories told to ${to}`, () => {
    it('in good order', () => {
      fc.assert(
        fc.property(conversation, (asked) => check(to, asked)),
        { numRuns: 80 },
      );
    });

    if (to === 'anthropic-messages' || to === 'gemini') {
      // The others are sent calls and results as they are: docs/translation.md.
      it('in a mess', () => {
        fc.assert(
          fc.property(mess, (asked) => check(to, asked)),
          { numRuns: 200 },
        );
      });
    }

    for (const from of dialectNames.filter((name) => name !== to)) {
      it(`recorded in ${from}`, { skip: noCorpus }, () => {
        const broken = failures(askedChats(from), ({ body, model, stream }) => {
          const lane = { dialect: from, operation: 'chat' } as const;
          const said = sayIn(to, understand(lane, body, { model: modelInPath(from, model), stream }));
          if (said !== undefined) grammars[to](onTheWire(said.body));
        });
        assert.deepEqual(broken, []);
      });
    }
  });
}
