// What a client sees of each failure where nobody else could answer: the last column of docs/failures.md.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Balanced, balanced, body, chat } from '../../plugins/balancer/balanced.ts';
import { type Misdeed, misbehave } from '../../support/misbehave.ts';
import { type Answer, chunk, events, json } from '../../support/upstream.ts';

const failing = (status: number, message = `upstream ${status}`, headers = {}): Answer =>
  json({ error: { message } }, status, headers);
const passedOn = (status: number): readonly [Answer, number, RegExp] => [
  failing(status),
  status,
  new RegExp(`upstream ${status}`),
];
const refusedAccount = (status: number): readonly [Answer, number, RegExp] => [
  failing(status),
  502,
  /^(?!.*upstream 40).*"upstream_refused_account"/,
];

const answers: Readonly<Record<string, readonly [Answer, number, RegExp]>> = {
  ...Object.fromEntries(
    [400, 404, 405, 409, 410, 413, 415, 422].map((status) => [`caller-${status}`, passedOn(status)]),
  ),
  ...Object.fromEntries([401, 402, 403, 407].map((status) => [`account-${status}`, refusedAccount(status)])),
  ...Object.fromEntries(
    [408, 429, 500, 501, 502, 503, 504, 529].map((status) => [`other-${status}`, passedOn(status)]),
  ),
  'unknown-model': [failing(404, 'The model `x` does not exist'), 404, /does not exist/],
  'a-web-page': [(res) => void res.setHeader('content-type', 'text/html').end('<html>'), 502, /upstream_invalid/],
  'a-redirect': [(res) => void res.writeHead(307, { location: '/login' }).end(), 502, /upstream_invalid/],
  nothing: [(res) => void res.setHeader('content-type', 'application/json').end(), 502, /upstream_truncated/],
  'told-with-200': [json({ error: { message: 'slow down', code: 'rate_limit_exceeded' } }), 429, /slow down/],
  'told-in-band': [events(chunk({ error: { message: 'too long', code: 'context_length_exceeded' } })), 400, /too long/],
};

const misdeeds: Readonly<Partial<Record<Misdeed, RegExp>>> = {
  refuses: /connection to the upstream failed|is not HTTP/,
  'unknown-name': /connection to the upstream failed|is not HTTP/,
  'self-signed': /connection to the upstream failed|is not HTTP/,
  reset: /connection to the upstream failed|is not HTTP/,
  closes: /connection to the upstream failed|is not HTTP/,
  garbage: /connection to the upstream failed|is not HTTP/,
  'empty-stream': /upstream_truncated/,
};

describe('a client is told of', () => {
  let balance: Balanced;
  const upstreams = new Map<string, Awaited<ReturnType<typeof misbehave>>>();
  before(async () => {
    for (const misdeed of Object.keys(misdeeds)) upstreams.set(misdeed, await misbehave(misdeed as Misdeed));
    const accounts = Object.fromEntries([
      ...Object.keys(answers).map((name) => [name, { provider: name }]),
      ...[...upstreams].map(([name, { url }]) => [name, { provider: name, url }]),
    ]);
    balance = await balanced({ accounts });
  });
  after(async () => {
    await balance[Symbol.asyncDispose]();
    for (const upstream of upstreams.values()) await upstream.close();
  });

  for (const [name, [answer, status, words]] of Object.entries(answers)) {
    test(name, async () => {
      balance.answers(name, answer);
      const response = await balance.portico.post(
        chat,
        { ...body, model: `${name}/model-a`, stream: name === 'told-in-band' },
        { redirect: 'manual' },
      );
      assert.equal(response.status, status);
      assert.match(await response.text(), words);
    });
  }
  for (const [name, words] of Object.entries(misdeeds)) {
    test(name, async () => {
      const response = await balance.ask(name);
      assert.equal(response.status, 502);
      assert.match(await response.text(), words);
    });
  }
});
