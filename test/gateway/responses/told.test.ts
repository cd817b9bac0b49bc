// What is kept is what the client was told, and what is counted is what the model would be given.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { LoadedPlugin } from '../../../src/config/loaded.ts';
import type { DialectName, JsonObject } from '../../../src/core/index.ts';
import { TestGateway, usualPlugins } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';
import { upstreamOf } from '../translate/rig.ts';

const shouter = `import { plugin } from 'portico';
export default plugin(() => async function shouting({ call }, next) {
  await next();
  call.rewrite((delta) => (delta.type === 'part-delta' ? { ...delta, text: delta.text.toUpperCase() } : delta));
});
`;

async function shouting(t: TestContext): Promise<LoadedPlugin[]> {
  const home = await mkdtemp(join(tmpdir(), 'portico-told-'));
  t.after(() => rm(home, { recursive: true }));
  const path = join(home, 'shouter');
  await mkdir(path);
  await writeFile(join(path, 'index.ts'), shouter);
  await writeFile(join(path, 'schema.json'), '{"type":"object"}');
  const [auth, ...others] = usualPlugins;
  assert.ok(auth);
  const directory = { name: 'shouter', path, digest: '1', code: true };
  return [auth, { directory, on: true, settings: {} }, ...others];
}

async function reaching(t: TestContext, dialect: DialectName, plugins: readonly LoadedPlugin[] = usualPlugins) {
  const upstream = await Upstream.start(upstreamOf(dialect));
  const providers = [{ name: 'far', url: upstream.url, dialects: [dialect] }];
  const gateway = await TestGateway.start({ providers, plugins });
  t.after(async () => {
    await gateway[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });
  return { upstream, gateway };
}

const ask = { model: 'model-a', input: 'hello' };

async function made(gateway: TestGateway, more: JsonObject = {}): Promise<string> {
  const text = await (await gateway.post('/v1/responses', { ...ask, ...more })).text();
  return /"id":"(resp_portico_[^"]+)"/.exec(text)?.[1] ?? assert.fail(text);
}

for (const stream of [false, true]) {
  test(`an answer that a plugin changed is kept as it was changed (${stream ? 'stream' : 'whole'})`, async (t) => {
    const { gateway } = await reaching(t, 'anthropic-messages', await shouting(t));
    const id = await made(gateway, { stream });
    const kept = await (await gateway.get(`/v1/responses/${id}`)).text();
    assert.match(kept, /GOOD DAY|HI/);
    assert.doesNotMatch(kept, /good day/);
  });
}

test('what only the vendor keeps is left to a native upstream, also where a plugin changes the answer', async (t) => {
  const { gateway, upstream } = await reaching(t, 'openai-responses', await shouting(t));
  for (const more of [{ conversation: 'conv_1' }, { previous_response_id: 'resp_abc' }, { background: true }]) {
    const answer = await gateway.post('/v1/responses', { ...ask, ...more });
    assert.equal(answer.status, 200, await answer.text());
    assert.deepEqual(JSON.parse(String(upstream.last.body)), { ...ask, ...more });
  }
});

test('a counter of the upstream is given what is gone on from', async (t) => {
  const { gateway, upstream } = await reaching(t, 'gemini');
  const id = await made(gateway);
  upstream.answer = json({ totalTokens: 42 });
  const counted = await gateway.post('/v1/responses/input_tokens', { ...ask, input: 'more', previous_response_id: id });
  assert.deepEqual(await counted.json(), { object: 'response.input_tokens', input_tokens: 42 });
  assert.match(String(upstream.last.body), /hello.*more/s);
});

test('a count made here includes it as well', async (t) => {
  const { gateway } = await reaching(t, 'openai-chat');
  const id = await made(gateway, { input: 'hello '.repeat(500) });
  const count = async (more: JsonObject) => {
    const answer = await gateway.post('/v1/responses/input_tokens', { ...ask, ...more });
    return ((await answer.json()) as { input_tokens: number }).input_tokens;
  };
  const alone = await count({});
  const whole = await count({ previous_response_id: id });
  assert.ok(whole > alone + 400, `${alone} ${whole}`);
});

for (const dialect of ['gemini', 'openai-chat'] as const) {
  test(`a response that is not known is not counted as nothing (${dialect})`, async (t) => {
    const { gateway } = await reaching(t, dialect);
    const wish = { ...ask, previous_response_id: 'resp_of_a_vendor' };
    const answer = await gateway.post('/v1/responses/input_tokens', wish);
    const { error } = (await answer.json()) as { error: JsonObject };
    assert.deepEqual([answer.status, error.code, error.param], [400, 'untranslatable', 'previous_response_id']);
  });
}
