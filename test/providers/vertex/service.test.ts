// Vertex AI as its reference describes it: a service account's signed assertion for a token, Gemini's and Anthropic's models at the
// paths they have there. The token endpoint verifies the assertion with the account's public key.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { importSPKI, jwtVerify } from 'jose';
import anthropicModels from '../../../providers/vertex-anthropic/index.ts';
import { checkProvider } from '../../../src/gateway/contract/check-provider.ts';
import { gatewayYaml, root, secret, urlOf, Workplace } from '../../process/running.ts';
import { Upstream } from '../../support/upstream.ts';

const workplaces: Workplace[] = [];
after(() => Promise.all(workplaces.map((workplace) => workplace.remove())));

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const email = 'desk@project-one.iam.gserviceaccount.com';
const chunk = {
  candidates: [{ content: { role: 'model', parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }],
  usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
};
const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [{ type: 'text', text: 'Hi' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 1 },
};

/** Token endpoint and service in one. */
async function google() {
  const assertions: { scope?: unknown; iss?: string | undefined; kid?: string | undefined }[] = [];
  const service: Upstream = await Upstream.start(async (res, seen) => {
    res.setHeader('content-type', 'application/json');
    if (seen.path === '/token') {
      const form = new URLSearchParams(seen.body.toString());
      const { payload, protectedHeader } = await jwtVerify(
        form.get('assertion') ?? '',
        await importSPKI(publicKey, 'RS256'),
        {
          audience: `${service.url}/token`,
          issuer: email,
          maxTokenAge: 60,
        },
      );
      assert.equal(form.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer');
      assertions.push({ scope: payload.scope, iss: payload.iss, kid: protectedHeader.kid });
      return void res.end(
        JSON.stringify({ access_token: `ya29.token-${assertions.length}`, expires_in: 3599, token_type: 'Bearer' }),
      );
    }
    const token = Number(/^Bearer ya29\.token-(\d)$/.exec(seen.headers.authorization ?? '')?.[1] ?? 9);
    if (token > assertions.length) return void res.writeHead(401).end('{}');
    if (seen.path.includes('streamGenerateContent')) {
      res.setHeader('content-type', 'text/event-stream');
      return void res.end(`data: ${JSON.stringify(chunk)}\n\n`);
    }
    res.end(JSON.stringify(seen.path.includes('rawPredict') ? message : chunk));
  });
  return { service, assertions };
}

async function serveAt(service: Upstream) {
  const workplace = await Workplace.make();
  workplaces.push(workplace);
  const accounts = join(workplace.directory, 'accounts');
  mkdirSync(accounts);
  const key = {
    type: 'service_account',
    project_id: 'project-one',
    private_key_id: 'key-1',
    private_key: privateKey,
    client_email: email,
    token_uri: `${service.url}/token`,
  };
  writeFileSync(join(accounts, 'plain.json'), JSON.stringify({ ...key, location: 'europe-west4' }), { mode: 0o600 });
  writeFileSync(
    join(accounts, 'wrapped.json'),
    JSON.stringify({ provider: 'vertex-anthropic', service_account: key, location: 'us-east5' }),
    { mode: 0o600 },
  );
  const baseUrl = `${service.url}/v1/projects/p/locations/l`;
  const providers = [
    { name: 'vertex', baseUrl, models: ['gemini-2.5-flash'] },
    { name: 'vertex-anthropic', baseUrl, models: [{ id: 'claude-sonnet-4-5@20250929', as: 'sonnet' }] },
  ];
  const plugins = ['auth', 'translator', 'balancer'];
  await workplace.write(
    'gateway.yaml',
    gatewayYaml({ providers, plugins, accounts: { directory: './accounts' }, threads: 1 }),
  );
  return workplace.serve();
}

test('a service account: a signed assertion for a token, one for all requests that wait, and its models at their paths', async () => {
  const { service, assertions } = await google();
  await using _ = service;
  const running = await serveAt(service);
  const ask = async (path: string, body: object) => {
    const answer = await fetch(urlOf(running, path), {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    return text;
  };
  const contents = [{ role: 'user', parts: [{ text: 'Hello' }] }];
  const all = Array.from({ length: 10 }, () => ask('/v1beta/models/gemini-2.5-flash:generateContent', { contents }));
  assert.match((await Promise.all(all))[9] ?? '', /"text":"Hi"/);
  const where = (path: string) =>
    service.requests.filter((seen) => seen.path === `/v1/projects/p/locations/l/publishers/${path}`);
  assert.equal(where('google/models/gemini-2.5-flash:generateContent').length, 10);
  await ask('/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse', { contents });
  assert.equal(where('google/models/gemini-2.5-flash:streamGenerateContent?alt=sse').length, 1);
  const messages = [{ role: 'user', content: 'Hello' }];
  await ask('/v1/chat/completions', { model: 'gemini-2.5-flash', messages, stream: true });
  assert.equal(where('google/models/gemini-2.5-flash:streamGenerateContent?alt=sse').length, 2);
  const before = assertions.length;
  assert.deepEqual(assertions[0], {
    scope: 'https://www.googleapis.com/auth/cloud-platform',
    iss: email,
    kid: 'key-1',
  });
  // One each of the two accounts, however many asked.
  assert.ok(before <= 2, String(before));
});

test('Anthropic’s models: the version in the body, the model in the path, counts and streams at theirs', async () => {
  const { service } = await google();
  await using _ = service;
  const running = await serveAt(service);
  const headers = {
    authorization: `Bearer ${secret}`,
    'content-type': 'application/json',
    'anthropic-version': '2023-06-01',
  };
  const body = JSON.stringify({ model: 'sonnet', max_tokens: 5, messages: [{ role: 'user', content: 'Hello' }] });
  const answer = await fetch(urlOf(running, '/v1/messages'), { method: 'POST', headers, body });
  assert.equal(answer.status, 200, await answer.text());
  const { path, body: sent, headers: told } = service.last;
  assert.equal(path, '/v1/projects/p/locations/l/publishers/anthropic/models/claude-sonnet-4-5@20250929:rawPredict');
  assert.deepEqual(JSON.parse(sent.toString()), {
    anthropic_version: 'vertex-2023-10-16',
    max_tokens: 5,
    messages: [{ role: 'user', content: 'Hello' }],
  });
  assert.equal(told['anthropic-version'], undefined);
  const counted = await fetch(urlOf(running, '/v1/messages/count_tokens'), { method: 'POST', headers, body });
  await counted.text();
  assert.equal(service.last.path, '/v1/projects/p/locations/l/publishers/anthropic/models/count-tokens:rawPredict');
  assert.equal(JSON.parse(service.last.body.toString()).model, 'claude-sonnet-4-5@20250929');
});

test('the location without a region, and the multi-regions, have a host of their own', () => {
  const code = anthropicModels({ name: 'v', settings: {}, signal: new AbortController().signal });
  const target = { provider: 'v', account: 'a', model: 'm', priority: 0, weight: 1 };
  const at = (location: string, stream: boolean) => {
    const request = {
      target,
      dialect: 'anthropic-messages',
      operation: 'chat',
      stream,
      method: 'POST',
      origin: `https://${location}-aiplatform.googleapis.com`,
      path: '/x/m:rawPredict',
      headers: {},
    } as const;
    const changed = { ...request, headers: {} };
    code.prepare?.(changed);
    return `${changed.origin}${changed.path}`;
  };
  assert.equal(at('global', false), 'https://aiplatform.googleapis.com/x/m:rawPredict');
  assert.equal(at('eu', true), 'https://aiplatform.eu.rep.googleapis.com/x/m:streamRawPredict');
  assert.equal(at('us', false), 'https://aiplatform.us.rep.googleapis.com/x/m:rawPredict');
  assert.equal(at('europe-west4', true), 'https://europe-west4-aiplatform.googleapis.com/x/m:streamRawPredict');
});

for (const name of ['vertex', 'vertex-anthropic']) {
  test(`${name} keeps the contract`, async () => {
    const results = await checkProvider(join(root, 'providers', name));
    assert.deepEqual(
      results.filter(({ ok }) => !ok),
      [],
    );
  });
}
