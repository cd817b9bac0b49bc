// What vendors of each kind list, asked the way requests go there.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { systemClock } from '../../../src/core/index.ts';
import { askModels } from '../../../src/process/discovery/ask-models.ts';
import { openEgress } from '../../../src/upstream/egress/open-egress.ts';
import { configOf, type Instance, Vendor } from './vendor.ts';

let vendor: Vendor;
beforeEach(async () => {
  vendor = await new Vendor().open();
});
afterEach(() => vendor[Symbol.asyncDispose]());

async function ask(instance: Partial<Instance> & { readonly use: string }): Promise<string[]> {
  const config = await configOf({ baseUrl: vendor.url, ...instance });
  const [provider] = config.providers;
  const [account] = provider?.accounts ?? [];
  assert.ok(provider !== undefined && account !== undefined);
  await using dispatcher = openEgress(undefined);
  return await askModels({ provider, account, dispatcher, clock: systemClock, signal: AbortSignal.timeout(5000) });
}

const cutAt = (ids: readonly string[], from: number, size: number) => ids.slice(from, from + size);
const many = Array.from({ length: 25 }, (_, index) => `model-${String(index).padStart(2, '0')}`);

describe('a list', () => {
  it('of OpenAI is one page', async () => {
    vendor.answer = () => ({ object: 'list', data: many.map((id) => ({ id, object: 'model' })) });
    assert.deepEqual(await ask({ use: 'openai', baseUrl: `${vendor.url}/v1` }), many);
    assert.deepEqual(
      vendor.asked.map(({ path }) => path),
      ['/v1/models'],
    );
    assert.equal(vendor.asked[0]?.headers.authorization, 'Bearer sk-upstream-0123456789');
  });

  it('of a compatible vendor may be bare, with names twice and names that are none', async () => {
    vendor.answer = () => [{ id: 'b' }, { id: 'a' }, { id: 'b' }, { id: 'not a name' }, { id: 7 }, null];
    assert.deepEqual(await ask({ use: 'openai-compatible', baseUrl: `${vendor.url}/v1` }), ['a', 'b']);
  });

  it('holds no name that would be a wildcard, or be read as another one', async () => {
    const ids = ['*', 'gpt-*', 'a\u001b[31m', 'b\nc', '\u202egnp', '\u200bz', '\ud800', '__proto__', 'modèle', 'a/b:c'];
    vendor.answer = () => ids.map((id) => ({ id }));
    const found = await ask({ use: 'openai-compatible', baseUrl: `${vendor.url}/v1` });
    assert.deepEqual(found, ['__proto__', 'a/b:c', 'modèle']);
  });

  it('of Anthropic is asked for page by page', async () => {
    vendor.answer = ({ query }) => {
      const from = many.indexOf(query.get('after_id') ?? '') + 1;
      const data = cutAt(many, from, 10).map((id) => ({ type: 'model', id }));
      return { data, has_more: from + 10 < many.length, last_id: data.at(-1)?.id ?? null };
    };
    assert.deepEqual(await ask({ use: 'anthropic' }), many);
    assert.deepEqual(
      vendor.asked.map(({ path, query }) => [path, query.get('limit'), query.get('after_id')]),
      [
        ['/v1/models', '1000', null],
        ['/v1/models', '1000', 'model-09'],
        ['/v1/models', '1000', 'model-19'],
      ],
    );
    assert.equal(vendor.asked[0]?.headers['x-api-key'], 'sk-upstream-0123456789');
    assert.equal(vendor.asked[0]?.headers['anthropic-version'], '2023-06-01');
  });

  it('of Gemini is asked for page by page, and names are without their collection', async () => {
    vendor.answer = ({ query }) => {
      const from = Number(query.get('pageToken') ?? 0);
      const models = cutAt(many, from, 10).map((id) => ({ name: `models/${id}` }));
      return from + 10 < many.length ? { models, nextPageToken: String(from + 10) } : { models };
    };
    assert.deepEqual(await ask({ use: 'gemini' }), many);
    assert.deepEqual(
      vendor.asked.map(({ path, query }) => [path, query.get('pageSize'), query.get('pageToken')]),
      [
        ['/v1beta/models', '1000', null],
        ['/v1beta/models', '1000', '10'],
        ['/v1beta/models', '1000', '20'],
      ],
    );
    assert.equal(vendor.asked[0]?.headers['x-goog-api-key'], 'sk-upstream-0123456789');
  });

  it('that never ends is left when it says nothing new', async () => {
    vendor.answer = () => ({ data: [{ id: 'one' }], has_more: true, last_id: 'one' });
    assert.deepEqual(await ask({ use: 'anthropic' }), ['one']);
    assert.equal(vendor.asked.length, 2);
  });
});

describe('a list elsewhere', () => {
  it('is found where the directory says, signed for the region it is in', async () => {
    const listing = { path: `${vendor.url}/regions/{region}/list`, items: 'found.models', id: 'name.short' };
    vendor.answer = () => ({ found: { models: [{ name: { short: 'b' } }, { name: { short: 'a' } }, {}] } });
    const config = await configOf({ use: 'openai', baseUrl: vendor.url });
    const [loaded] = config.providers;
    const [plain] = loaded?.accounts ?? [];
    assert.ok(loaded !== undefined && plain !== undefined);
    const provider = { ...loaded, manifest: { ...loaded.manifest, models: { discover: listing } } };
    const accessKey = { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI', service: 'runtime', region: 'eu-west-1' };
    const account = { ...plain, apiKey: undefined, accessKey };
    await using dispatcher = openEgress(undefined);
    const signal = AbortSignal.timeout(5000);
    assert.deepEqual(await askModels({ provider, account, dispatcher, clock: systemClock, signal }), ['a', 'b']);
    assert.equal(vendor.asked[0]?.path, '/regions/eu-west-1/list');
    assert.match(vendor.asked[0]?.headers.authorization ?? '', /^AWS4-HMAC-SHA256 .*\/eu-west-1\/runtime\//);
  });
});

describe('what is no list', () => {
  for (const [what, answer, words] of [
    ['a refused credential', 401, /answered 401: the credential is not accepted/],
    ['an upstream without one', 404, /answered 404: it has no list of models there/],
    ['another document', { models: 'none' }, /no list of models/],
    ['no JSON', '<html>', /no list of models/],
    ['an empty list', { data: [] }, /lists no models/],
  ] as const) {
    it(`is told as such: ${what}`, async () => {
      vendor.answer = () => answer;
      await assert.rejects(ask({ use: 'openai', baseUrl: `${vendor.url}/v1` }), words);
    });
  }
});
