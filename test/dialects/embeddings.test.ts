// Embeddings between OpenAI's dialect and Gemini's.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DialectName, EmbeddingsRequest, GatewayError, JsonObject } from '../../src/core/index.ts';
import { embeddings as gemini } from '../../src/dialects/gemini/embeddings.ts';
import { embeddings as openai } from '../../src/dialects/openai-chat/embeddings.ts';

const codecs = { 'openai-chat': openai, gemini };

class Noted {
  readonly names: string[] = [];
  drop(field: string): void {
    this.names.push(field);
  }
  dropExtra(_place: string, extra: { readonly fields?: JsonObject } | undefined): void {
    this.names.push(...Object.keys(extra?.fields ?? {}));
  }
}

function asked(from: keyof typeof codecs, body: JsonObject, notes = new Noted()): EmbeddingsRequest {
  return codecs[from].decodeRequest(body, { model: from === 'gemini' ? 'm' : undefined, stream: false, notes });
}

function crossed(from: keyof typeof codecs, to: keyof typeof codecs, body: JsonObject) {
  const notes = new Noted();
  const destination = { model: 'up', stream: false, origin: `${to}/vendor`, facts: {}, notes };
  const said = codecs[to].encodeRequest(asked(from, body, notes), destination);
  return { ...said, dropped: notes.names };
}

const content = (text: string) => ({ parts: [{ text }] });

describe('a request of OpenAI', () => {
  it('for one text asks Gemini for one', () => {
    const { body, method, dropped } = crossed('openai-chat', 'gemini', {
      model: 'm',
      input: 'a',
      dimensions: 8,
      user: 'u',
    });
    assert.equal(method, 'embedContent');
    assert.deepEqual(body, { model: 'models/up', content: content('a'), outputDimensionality: 8 });
    assert.deepEqual(dropped, ['user']);
  });

  it('for several texts asks for a batch', () => {
    const { body, method } = crossed('openai-chat', 'gemini', { model: 'm', input: ['a', 'b'] });
    assert.equal(method, 'batchEmbedContents');
    assert.deepEqual(body, {
      requests: ['a', 'b'].map((text) => ({ model: 'models/up', content: content(text) })),
    });
  });

  it('for tokens cannot be said, with the place and the remedy', () => {
    for (const input of [
      [1, 2],
      [[1], [2]],
    ]) {
      assert.throws(
        () => crossed('openai-chat', 'gemini', { model: 'm', input }),
        (error: GatewayError) =>
          error.code === 'untranslatable' && error.param === 'input' && /send the text/.test(error.message),
      );
    }
  });

  it('without a usable input is refused', () => {
    for (const input of [undefined, 7, [], [{}], ['a', 1]]) {
      assert.throws(
        () => asked('openai-chat', { model: 'm', input }),
        (error: GatewayError) => error.code === 'invalid-request' && error.param === 'input',
      );
    }
  });

  it('names fields nobody knows', () => {
    assert.deepEqual(crossed('openai-chat', 'gemini', { model: 'm', input: 'a', input_type: 'query' }).dropped, [
      'input_type',
    ]);
  });
});

describe('a request of Gemini', () => {
  it('for one content asks OpenAI for one', () => {
    const { body, dropped } = crossed('gemini', 'openai-chat', {
      content: content('a'),
      taskType: 'RETRIEVAL_QUERY',
      title: 't',
      outputDimensionality: 8,
    });
    assert.deepEqual(body, { model: 'up', input: 'a', encoding_format: 'float', dimensions: 8 });
    assert.deepEqual(dropped, ['taskType', 'title']);
  });

  it('for a batch asks for all at once', () => {
    const requests = ['a', 'b'].map((text) => ({ model: 'models/m', content: content(text), outputDimensionality: 8 }));
    const { body } = crossed('gemini', 'openai-chat', { requests });
    assert.deepEqual([body.input, body.dimensions], [['a', 'b'], 8]);
  });

  it('for a batch of several kinds cannot be said', () => {
    const requests = [{ content: content('a') }, { content: content('b'), outputDimensionality: 8 }];
    assert.throws(
      () => crossed('gemini', 'openai-chat', { requests }),
      (error: GatewayError) => error.code === 'untranslatable' && error.param === 'requests[1]',
    );
  });

  it('for an image cannot be said', () => {
    const parts = [{ inlineData: { mimeType: 'image/png', data: 'AA==' } }];
    assert.throws(
      () => crossed('gemini', 'openai-chat', { content: { parts } }),
      (error: GatewayError) => error.code === 'untranslatable' && error.param === 'content.parts[0]',
    );
  });

  it('that is none is refused', () => {
    for (const body of [{}, { content: 'a' }, { requests: [] }, { requests: [7] }]) {
      assert.throws(
        () => asked('gemini', body),
        (error: GatewayError) => error.code === 'invalid-request',
      );
    }
  });
});

describe('an answer', () => {
  const usage = { input: 3, output: 0, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, reasoning: 0 };
  const vectors = [
    [0.5, -0.25],
    [1, 0],
  ];
  const one = asked('openai-chat', { model: 'm', input: ['a', 'b'] });

  it('of Gemini is told as OpenAI’s', () => {
    const answer = gemini.decodeAnswer({ embeddings: vectors.map((values) => ({ values })) });
    const told = openai.encodeAnswer({ ...answer, usage }, one);
    assert.deepEqual(told, {
      object: 'list',
      data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
      model: 'm',
      usage: { prompt_tokens: 3, total_tokens: 3 },
    });
  });

  it('is told in base64 where the client reads nothing else', () => {
    const told = openai.encodeAnswer({ vectors }, { ...one, encoding: 'base64' });
    const [first] = told.data as readonly { readonly embedding: string }[];
    const bytes = Buffer.from(first?.embedding ?? '', 'base64');
    assert.deepEqual([bytes.readFloatLE(0), bytes.readFloatLE(4), bytes.length], [0.5, -0.25, 8]);
    assert.deepEqual(openai.decodeAnswer(told).vectors, vectors);
  });

  it('of OpenAI is told as Gemini’s, for one content and for a batch', () => {
    const data = vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })).reverse();
    const answer = openai.decodeAnswer({ data, model: 'up', usage: { prompt_tokens: 3, total_tokens: 3 } });
    const batch = asked('gemini', { requests: [{ content: content('a') }, { content: content('b') }] });
    assert.deepEqual(gemini.encodeAnswer(answer, batch), {
      embeddings: vectors.map((values) => ({ values })),
      usageMetadata: { promptTokenCount: 3 },
    });
    const single = asked('gemini', { content: content('a') });
    assert.deepEqual(gemini.encodeAnswer({ vectors: [[1]] }, single), { embedding: { values: [1] } });
  });

  it('that holds no vectors cannot be understood', () => {
    const bad: readonly (readonly [DialectName & keyof typeof codecs, JsonObject])[] = [
      ['openai-chat', {}],
      ['openai-chat', { data: [{ embedding: ['a'] }] }],
      ['gemini', {}],
      ['gemini', { embeddings: [{ values: 'a' }] }],
    ];
    for (const [name, body] of bad)
      assert.throws(
        () => codecs[name].decodeAnswer(body),
        (error: GatewayError) => error.code === 'upstream-invalid',
      );
  });
});
