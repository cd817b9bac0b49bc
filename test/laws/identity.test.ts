// The law of identity: in its own dialect a request and an answer are the bytes they were, the translator at hand or not.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DialectName } from '../../src/core/index.ts';
import { dialectNames } from '../../src/dialects/index.ts';
import { samples } from '../sdk/samples.ts';
import { isNative, noCorpus, recorded } from '../support/corpus.ts';
import { TestGateway } from '../support/gateway.ts';
import { type Answer, Upstream } from '../support/upstream.ts';

const paths: Readonly<Record<DialectName, string>> = {
  'openai-chat': '/v1/chat/completions',
  'openai-responses': '/v1/responses',
  'anthropic-messages': '/v1/messages',
  gemini: '/v1beta/models/model-a:streamGenerateContent?alt=sse',
};

/** Spacing, order and numbers that any other writer would write otherwise. */
const oddBody = (dialect: DialectName) =>
  `{ "z" : 1.0, "stream":true,${dialect === 'gemini' ? '' : '"model" : "model-a",'}\n "big":12345678901234567890, "é":"\\u00e9" }`;

function sending(text: string): Answer {
  return (res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.end(text);
  };
}

describe('in its own dialect nothing is rewritten (36 litellm#27442)', () => {
  let upstream: Upstream;
  let portico: TestGateway;

  before(async () => {
    upstream = await Upstream.start(sending(''));
    portico = await TestGateway.start({ providers: [{ name: 'up', url: upstream.url }] });
  });
  after(async () => {
    await portico[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });

  for (const dialect of dialectNames) {
    it(dialect, async () => {
      // Spacing and members that are not of the dialect: a writer that reads them would lose them.
      const odd = samples[dialect].replaceAll('":', '" : ').replace('{', '{ "unknown" : [1.0] , ');
      upstream.answer = sending(odd);
      const response = await portico.post(paths[dialect], oddBody(dialect));
      assert.equal(await response.text(), odd);
      assert.equal(upstream.last.body.toString(), oddBody(dialect));
    });

    it(`${dialect}, recorded`, { skip: noCorpus }, async () => {
      const streams = recorded(dialect).filter((one) => one.sse !== undefined && isNative(one) && !one.synthetic);
      for (const { name, sse = '' } of streams.filter(({ mock }) => !mock).slice(0, 12)) {
        upstream.answer = sending(sse);
        const response = await portico.post(paths[dialect], oddBody(dialect));
        assert.equal(await response.text(), sse, name);
      }
    });
  }
});
