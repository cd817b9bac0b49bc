// The modes on a gateway, what a refused caller is told, and patterns that cannot hold up the thread.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileClient } from '../../../plugins/client-filter/client.ts';
import { knowClients } from '../../../plugins/client-filter/decide.ts';
import { isClient } from '../../../plugins/client-filter/judge.ts';
import { pluginEntry, TestGateway, usualPlugins } from '../../support/gateway.ts';
import { Upstream } from '../../support/upstream.ts';

const bot = {
  name: 'bot',
  rules: [
    { type: 'user-agent', pattern: '^bot/' },
    { type: 'header', field: 'X-Team', pattern: '^red$' },
    { type: 'path', pattern: '/v1/' },
    { type: 'body', field: 'metadata.team', pattern: '^red$', operations: ['chat'] },
  ],
};
const settings = { mode: 'strict', clients: ['bot'], custom: [bot], bodyLimit: 2000 };
const good = { 'user-agent': 'bot/1', 'x-team': 'red' };
const body = { model: 'model-a', messages: [], metadata: { team: 'red' } };

async function gatewayWith(t: { after(fn: () => unknown): void }, changed: Record<string, unknown>, key = {}) {
  const upstream = await Upstream.start((response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  const [auth, ...rest] = usualPlugins;
  if (auth === undefined) throw new Error('no auth');
  const plugins = [auth, pluginEntry('client-filter', { ...settings, ...changed }), ...rest];
  const providers = [{ name: 'up', url: upstream.url }];
  const gateway = await TestGateway.start({ providers, plugins, keys: [{ plugins: key }] });
  t.after(async () => {
    await gateway[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });
  const ask = async (headers: Record<string, string>, sent: unknown = body) => {
    const answer = await gateway.post('/v1/chat/completions', sent, { headers });
    return { status: answer.status, text: await answer.text() };
  };
  return { gateway, ask };
}

test('strict: every required rule must match, the body included', async (t) => {
  const { ask } = await gatewayWith(t, {});
  assert.equal((await ask(good)).status, 200);
  assert.equal((await ask({ ...good, 'x-team': 'blue' })).status, 403);
  assert.equal((await ask(good, { ...body, metadata: { team: 'blue' } })).status, 403);
  assert.equal((await ask(good, { ...body, padding: 'x'.repeat(3000) })).status, 403, 'larger than bodyLimit');
});

test('simple: the user agent decides alone', async (t) => {
  const { ask } = await gatewayWith(t, { mode: 'simple' });
  assert.equal((await ask({ 'user-agent': 'bot/2' })).status, 200);
  assert.equal((await ask({ ...good, 'user-agent': 'curl/8' })).status, 403);
});

test('shadow and off block nothing; shadow says what it would have blocked', async (t) => {
  const shadow = await gatewayWith(t, { mode: 'shadow' });
  assert.equal((await shadow.ask({ 'user-agent': 'curl/8' })).status, 200);
  assert.equal(shadow.gateway.lines.filter(({ message }) => message.includes('would be blocked')).length, 1);
  const off = await gatewayWith(t, { mode: 'off' });
  assert.equal((await off.ask({ 'user-agent': 'curl/8' })).status, 200);
  assert.equal(off.gateway.lines.filter(({ message }) => message.includes('would be blocked')).length, 0);
});

test('a refusal names the client or the rules, and no value of the request', async (t) => {
  const { ask } = await gatewayWith(t, {});
  const close = await ask({ ...good, 'x-team': 'hush-hush' });
  assert.match(close.text, /client_not_allowed/);
  assert.match(close.text, /header x-team does not match/i);
  assert.doesNotMatch(close.text, /hush-hush/);
  const other = await ask({ 'user-agent': 'RooCode/3.1.0' });
  assert.match(other.text, /Roo Code may not be used here\. Allowed: bot\./);
  assert.match((await ask({ 'user-agent': 'curl/8' })).text, /not known here/);
});

test('names that nobody has, and patterns that are not RE2 or too large, are refused when they load', () => {
  assert.throws(() => knowClients({ clients: ['clyne'], custom: [] }), /no client "clyne"; known are .*cline/);
  for (const pattern of ['(?=a)b', '(a', '(a)\\1', '(.*a){1000}', '((.?){30}){30}z']) {
    const rules = [{ type: 'user-agent', pattern }] as const;
    assert.throws(() => compileClient({ name: 'bad', rules }), /client "bad", rule user-agent/, pattern);
  }
});

test('patterns that explode elsewhere are linear here, and only the first 1024 characters are looked at', async () => {
  const value = `${'a'.repeat(200_000)}!`;
  const ask = (pattern: string) => {
    const client = compileClient({ name: 'x', rules: [{ type: 'user-agent', pattern }] });
    const asked = { path: '/', operation: 'chat', headers: { 'user-agent': value } } as const;
    return isClient(client, { ...asked, body: () => Promise.resolve(undefined) }, 'strict');
  };
  const start = performance.now();
  assert.equal(await ask('^(a+)+!$'), false);
  assert.equal(await ask('^(a|a)*b'), false);
  assert.equal(await ask('(.*a){40}!'), false);
  assert.ok(performance.now() - start < 1000, `${performance.now() - start} ms`);
});
