// Legacy completions reach models behind any dialect, and their clients hear the text, the end and the tokens.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import OpenAI from 'openai';
import { GatewayError } from '../../src/core/index.ts';
import { codecs } from '../../src/dialects/codecs.ts';
import { dialectNames } from '../../src/dialects/index.ts';
import { type AnswerWay, StreamTranslation, translateAnswer } from '../../src/gateway/translate/translate-answer.ts';
import { say, understand } from '../../src/gateway/translate/translate-request.ts';
import { answering } from '../sdk/clients/heard.ts';
import { asking, replyTo } from '../support/asking.ts';
import { originOf } from '../support/translated.ts';
import { onTheWire } from '../support/wire.ts';
import { answer, inPieces } from './generate/answer.ts';
import { gistOf } from './gist.ts';

const lane = { dialect: 'openai-chat', operation: 'completions' } as const;
const request = {
  model: 'm',
  prompt: 'Once upon',
  max_tokens: 50,
  stream: true,
  stream_options: { include_usage: true },
};
const asked = { model: undefined, stream: true };
const texts = answer.filter((said) => gistOf(said).calls.length === 0);

for (const from of dialectNames) {
  describe(`legacy completions behind ${from}`, () => {
    const spoken = understand(lane, request, asked);
    const reply = replyTo(spoken.conversation);
    const way: AnswerWay = {
      from,
      origin: originOf(from),
      to: 'openai-chat',
      codec: spoken.codec,
      undo: new Map(),
      reply,
    };

    it('ask what the prompt says', () => {
      const destination = { model: 'm', stream: true, origin: originOf(from), facts: {} };
      const { body } = say(spoken, { dialect: from, operation: 'chat' }, destination);
      assert.match(JSON.stringify(body), /Once upon/);
      for (const prompt of [[[1, 2, 3]], ['a', 'b']]) {
        assert.throws(
          () => say(understand(lane, { ...request, prompt }, asked), { dialect: from, operation: 'chat' }, destination),
          (error) => error instanceof GatewayError && error.status === 400 && error.param === 'prompt',
        );
      }
    });

    it('answer whole and streamed', async () => {
      await fc.assert(
        fc.asyncProperty(texts, fc.array(fc.nat(50), { maxLength: 3 }), async (said, places) => {
          const { text, usage } = gistOf(said);
          const body = onTheWire(codecs[from].chat.encodeAnswer(said, replyTo(asking(from))));
          const whole = onTheWire(translateAnswer(body, way)) as unknown as OpenAI.Completion;
          assert.deepEqual([whole.object, whole.choices[0]?.text], ['text_completion', text]);
          assert.deepEqual([whole.usage?.prompt_tokens, whole.usage?.completion_tokens], [usage?.input, usage?.output]);
          const encoder = codecs[from].chat.encodeStream(replyTo(asking(from)));
          const sse = [...inPieces(said, places)].map((delta) => encoder.delta(delta)).join('');
          assert.deepEqual(await heard(translated(sse, way)), {
            text,
            finish: whole.choices[0]?.finish_reason,
            tokens: usage?.output,
          });
        }),
        { numRuns: 20 },
      );
    });
  });
}

function translated(sse: string, way: AnswerWay): string {
  const translation = new StreamTranslation(way);
  const told = sse
    .split(/\r?\n\r?\n/)
    .filter((block) => block !== '')
    .map((block) => {
      const [, event = ''] = /^event: (.*)$/m.exec(block) ?? [];
      return translation.event(event, block.slice(block.indexOf('data: ') + 'data: '.length));
    });
  return told.join('') + translation.end();
}

async function heard(body: string) {
  const client = new OpenAI({ apiKey: 'x', baseURL: 'http://gateway.test/v1', maxRetries: 0, fetch: answering(body) });
  const said = { text: '', finish: '', tokens: -1 };
  for await (const chunk of await client.completions.create({ model: 'm', prompt: 'Once upon', stream: true })) {
    said.text += chunk.choices[0]?.text ?? '';
    said.finish = chunk.choices[0]?.finish_reason ?? said.finish;
    said.tokens = chunk.usage?.completion_tokens ?? said.tokens;
  }
  return said;
}
