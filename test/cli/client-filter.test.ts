// `portico client-filter test` says which rules matched, failed and warned, and ends with 0 or 2.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sitDown, smallest } from './typed.ts';

const agent = 'claude-cli/2.1.0 (external, cli)';

test('a client that may pass: exit 0, with each rule', async (t) => {
  const desk = await sitDown(t);
  await desk.write('body.json', '{"metadata":{}}');
  const headers = ['-H', 'x-app=cli', '-H', 'anthropic-version=2023-06-01'];
  const words = ['client-filter', 'test', '--user-agent', agent, ...headers, '-d', 'body.json', '--mode', 'strict'];
  const said = await desk.type(...words, '--clients', 'claude-code');
  assert.deepEqual([said.code, said.error], [0, '']);
  assert.match(said.out, /matched {2}header x-app/);
  assert.match(said.out, /warned {3}body metadata\.user_id/);
  assert.match(said.out, /allowed: claude-code/);
});

test('a client that may not: exit 2, also as JSON', async (t) => {
  const desk = await sitDown(t);
  const words = ['client-filter', 'test', '--user-agent', agent, '--mode', 'strict', '--clients', 'claude-code'];
  const said = await desk.type(...words, '--json');
  assert.equal(said.code, 2);
  const told = JSON.parse(said.out);
  assert.equal(told.allowed, false);
  assert.match(told.clients[0].failed.join(), /header x-app/);
});

test('the settings are those of the configuration', async (t) => {
  const desk = await sitDown(t);
  const custom = "custom: [{ name: bot, rules: [{ type: user-agent, pattern: '^bot/' }] }]";
  await desk.write(
    'gateway.yaml',
    `${smallest}plugins:\n  - client-filter: { clients: [bot], ${custom} }\n  - balancer\n`,
  );
  assert.equal((await desk.type('client-filter', 'test', '-A', 'bot/1')).code, 0);
  assert.equal((await desk.type('client-filter', 'test', '-A', agent)).code, 2);
});

test('a mode that is none is a mistake', async (t) => {
  const desk = await sitDown(t);
  const said = await desk.type('client-filter', 'test', '--mode', 'loose');
  assert.equal(said.code, 1);
  assert.match(said.error, /Modes are/);
});
