// portico explain asks the gateway that runs, prints what it says, and tells by its exit code whether a request would pass.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { gatewayAt } from './gateway-at.ts';
import { type Desk, sitDown } from './typed.ts';

const upstreamSecret = 'sk-upstream-0123456789abcdef';
const teamSecret = 'team-secret-0123456789';
const text = `version: 1
listeners:
  - { name: api, port: 0 }
providers:
  - name: mock
  - name: acme
    use: openai
    baseUrl: http://127.0.0.1:9/v1
    models: [small]
    accounts: [{ name: main, apiKey: ${upstreamSecret}, headers: { x-team: ${teamSecret} } }]
models:
  - { name: fast, targets: [acme/small] }
keys:
  - { name: ci, key: sk-client-0123456789abcdef, limits: { requests: 60/m } }
plugins: [auth, rate-limit, translator]
control: { port: 0 }
threads: 1
logging: { level: error }
`;

async function running(t: TestContext): Promise<Desk> {
  const desk = await sitDown(t);
  await gatewayAt(t, desk, text);
  return desk;
}

const body = JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: `my ${upstreamSecret}` }] });

test('with a gateway that runs', async (t) => {
  const desk = await running(t);

  await t.test('what would be sent, as a person reads it', async () => {
    const said = await desk.type('explain', '-d', body, '--key', 'ci');
    assert.equal(said.code, 0, said.error);
    const stable = said.out.replace(/^revision .*$/m, 'revision    r').replace(/^traceparent: .*$/m, 'traceparent: t');
    assert.equal(
      stable,
      `would be sent to acme/main as small

revision    r
route       root, at listener api
speaks      openai-chat: chat
key         ci
asks for    fast, 89 bytes
plugins     auth        passes: the key is ci
            rate-limit  passes: within 1 limit
            translator  passes: targets in other dialects are candidates too
limits      key:ci  60 requests per minute: 60 left, needs 1
model       fast (alias): fallback
              acme/small (pin) -> acme/small
candidates  > 1. acme/main small (priority 0, as the file has it)

POST http://127.0.0.1:9/v1/chat/completions
content-type: application/json
traceparent: t
x-team: ***
content-length: 90
authorization: Bearer ***

{
  "model": "small",
  "messages": [
    {
      "role": "user",
      "content": "my ***"
    }
  ]
}
`,
    );
  });

  await t.test('as JSON, without any secret; from a file and from standard input', async () => {
    await desk.write('request.json', body);
    const told = await desk.type('explain', '-d', '@request.json', '--key', 'ci', '--json');
    const explanation = JSON.parse(told.out);
    assert.equal(explanation.verdict.outcome, 'sent');
    assert.equal(explanation.upstream.headers['x-team'], '***');
    assert.ok(![upstreamSecret, teamSecret, 'sk-client'].some((secret) => told.out.includes(secret)));
    const bare = JSON.parse((await desk.pipe(body, 'explain', '-d', '-', '--key', 'ci', '--json', '--no-body')).out);
    assert.equal(bare.upstream.body, undefined);
    assert.equal(bare.upstream.url, explanation.upstream.url);
  });

  await t.test('1 where it would be refused, 2 where it cannot be told', async () => {
    const refused = await desk.type('explain', '-d', body);
    assert.equal(refused.code, 1);
    assert.match(refused.out, /^would be refused by auth: 401 missing-key\n/);
    const unknown = await desk.type('explain', '-d', body, '--key', 'nobody');
    assert.equal(unknown.code, 2);
    assert.match(unknown.error, /There is no client key nobody; known here: ci\.\nThe --help/);
    assert.equal((await desk.type('explain', '-d', 'missing.json')).code, 2);
    assert.equal((await desk.type('explain', '--nonsense')).code, 2);
    assert.equal((await desk.type('explain', '-H', 'no colon')).code, 2);
  });

  await t.test('portico accounts probe tells whether an account works, by words and exit code', async () => {
    const said = await desk.type('accounts', 'probe', 'acme/main');
    assert.equal(said.code, 1, said.error);
    assert.match(said.out, /^acme\/main, asked for its list of models, failed with connect: /);
    const answers = await desk.type('accounts', 'probe', 'mock/default', '--json');
    assert.equal(answers.code, 0, answers.error);
    assert.equal(JSON.parse(answers.out).answered, true);
    const unknown = await desk.type('accounts', 'probe', 'acme/other');
    assert.match(unknown.error, /There is no account acme\/other that is switched on\./);
    assert.match((await desk.type('accounts', 'probe', 'acme')).error, /names no account/);
  });
});

test('2 without a gateway', async (t) => {
  const desk = await sitDown(t);
  assert.equal((await desk.type('explain', '-d', body)).code, 2);
});
