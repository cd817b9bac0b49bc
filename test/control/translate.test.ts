// POST /translate of the control API: previews without a call.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { controlApp } from '../../src/control/app.ts';
import type { ControlPlane } from '../../src/control/plane.ts';
import { configOf } from '../process/config.ts';

const token = 'a'.repeat(43);
const plane = { settings: () => configOf('r1').control, tokens: () => [token] } as unknown as ControlPlane;
const errors: unknown[] = [];
const server = createServer(controlApp(plane, (error) => errors.push(error)));
let port = 0;

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
after(() => {
  server.close();
  assert.deepEqual(errors, []);
});

// biome-ignore lint/suspicious/noExplicitAny: what comes off the wire
async function ask(wish: unknown, authorization = `Bearer ${token}`): Promise<{ status: number; body: any }> {
  const body = typeof wish === 'string' ? wish : JSON.stringify(wish);
  const answer = await fetch(`http://127.0.0.1:${port}/translate`, {
    method: 'POST',
    headers: { authorization },
    body,
  });
  return { status: answer.status, body: await answer.json() };
}

const request = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], seed: 7 };
const way = { from: 'openai-chat', to: 'anthropic-messages' };

test('wants the token', async () => {
  assert.equal((await ask({ ...way, body: request }, 'Bearer wrong')).status, 401);
});

test('shows the request of the upstream and what it is not told', async () => {
  const { status, body } = await ask({ ...way, model: 'claude-x', body: request });
  assert.equal(status, 200);
  assert.deepEqual([body.path, body.body.model, body.dropped], ['/v1/messages', 'claude-x', ['seed']]);
});

test('shows an answer, and an error, as the client would get it', async () => {
  const error = { type: 'error', error: { type: 'rate_limit_error', message: 'slow' } };
  const { body } = await ask({ ...way, answer: error, status: 429 });
  assert.deepEqual([body.status, body.body.error.code], [429, 'rate_limit_exceeded']);
});

test('says what is wrong with the wish, and what a client would be told', async () => {
  const cases: readonly (readonly [unknown, string, RegExp])[] = [
    ['{', 'invalid-request', /JSON object/],
    [{ ...way, from: 'latin', body: request }, 'invalid-request', /"from" must be one of openai-chat/],
    [way, 'invalid-request', /"body" must be an object/],
    [{ ...way, body: { ...request, n: 3 } }, 'untranslatable', /^n: /],
    [{ ...way, answer: '<html>' }, 'invalid-json', /not a JSON object/],
  ];
  for (const [wish, code, message] of cases) {
    const { status, body } = await ask(wish);
    assert.deepEqual([status, body.error.code], [400, code]);
    assert.match(body.error.message, message);
  }
});
