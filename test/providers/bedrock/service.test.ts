// The provider in the engine, against a service on loopback that checks signatures with the vendor's own signer.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SignatureV4 } from '@smithy/signature-v4';
import { discover } from '../../../src/config/directories/discover.ts';
import { checkProvider } from '../../../src/gateway/contract/check-provider.ts';
import { account, root, TestGateway } from '../../support/gateway.ts';
import { Sha256 } from '../../support/sha256.ts';
import { type Answer, type Seen, Upstream } from '../../support/upstream.ts';
import { chunk, exception, hello } from './frames.ts';

const path = fileURLToPath(new URL('../../../providers/bedrock', import.meta.url));
const { definitions } = await discover('providers', [root]);
const definition = definitions.get('bedrock') ?? assert.fail('no such directory');
const manifest = definition.manifest ?? assert.fail('no manifest');
const key = { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', session: 'session-token' };
const model = 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.model-v1:0';

/** The signature of what has arrived, as the service works it out from what it sees. */
async function expected(seen: Seen): Promise<string> {
  const sent = String(seen.headers.authorization);
  const names = /SignedHeaders=([^,]+)/.exec(sent)?.[1]?.split(';') ?? [];
  const { pathname } = new URL(seen.path, 'http://service');
  const signer = new SignatureV4({
    credentials: { accessKeyId: key.id, secretAccessKey: key.secret, sessionToken: key.session },
    region: 'us-east-1',
    service: 'bedrock',
    sha256: Sha256 as never,
    applyChecksum: false,
  });
  const date = String(seen.headers['x-amz-date']).replace(/^(.{4})(..)(..T..)(..)(..)Z$/, '$1-$2-$3:$4:$5Z');
  const headers = Object.fromEntries(names.map((name) => [name, String(seen.headers[name])]));
  const request = { method: seen.method, protocol: 'http:', hostname: 'service', path: pathname, query: {}, headers };
  const signed = await signer.sign({ ...request, body: seen.body }, { signingDate: new Date(date) });
  return signed.headers.authorization ?? '';
}

let service: Upstream;
let gateway: TestGateway;
let answer: Answer;
before(async () => {
  service = await Upstream.start((res, seen) => answer(res, seen));
  const signing = { ...key, service: 'bedrock', region: 'us-east-1' };
  const accounts = [account('main', service.url, { apiKey: undefined, accessKey: signing })];
  const settings = { region: 'us-east-1', betas: ['effort-2025-11-24'] };
  gateway = await TestGateway.start({
    providers: [
      {
        name: 'bedrock',
        url: service.url,
        directory: definition.directory,
        manifest,
        dialects: ['anthropic-messages'],
        models: { any: true, ids: { claude: model } },
        accounts,
        settings,
        // One refusal must not be the end of the next test.
        cooling: undefined,
        breaker: { failures: 0, window: 0, open: 0 },
      },
    ],
  });
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

beforeEach(() => {
  gateway.records.length = 0;
  service.requests.length = 0;
});

const asked = { model: 'claude', max_tokens: 50, messages: [{ role: 'user', content: 'hello' }] };

function frames(...pieces: Buffer[]): Answer {
  return (res) => {
    res.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
    for (const piece of pieces) res.write(piece);
    res.end();
  };
}

const refusal = (status: number, name: string, message: string, headers = {}): Answer => {
  return (res) => {
    const type = { 'content-type': 'application/json', 'x-amzn-errortype': `${name}:http://internal/` };
    res.writeHead(status, { ...type, ...headers }).end(JSON.stringify({ message }));
  };
};

it('keeps the contract of a provider directory', async () => {
  const results = await checkProvider(path);
  assert.ok(results.length > 10);
  assert.deepEqual(
    results.filter(({ ok }) => !ok),
    [],
  );
});

describe('a request', () => {
  it('is signed as it arrives: path, body and all', async () => {
    answer = (res) => void res.writeHead(200, { 'content-type': 'application/json' }).end('{"type":"message"}');
    const headers = { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'effort-2025-11-24, other-2026-01-01' };
    const reply = await gateway.post('/v1/messages?beta=true', asked, { headers });
    assert.equal(reply.status, 200);
    const { last } = service;
    assert.equal(last.path, `/model/${encodeURIComponent(model)}/invoke`);
    assert.deepEqual(JSON.parse(last.body.toString()), {
      max_tokens: 50,
      messages: asked.messages,
      anthropic_version: 'bedrock-2023-05-31',
      anthropic_beta: ['effort-2025-11-24'],
    });
    assert.equal(last.headers.authorization, await expected(last));
    assert.equal(last.headers['x-amz-security-token'], key.session);
    assert.equal(last.headers['anthropic-beta'], undefined);
    assert.equal(last.headers['anthropic-version'], undefined);
  });

  it('of another dialect is translated, and signed all the same', async () => {
    const message = { id: 'msg_1', type: 'message', role: 'assistant', content: [{ type: 'text', text: 'Hi' }] };
    const whole = { ...message, stop_reason: 'end_turn', usage: { input_tokens: 3, output_tokens: 1 } };
    answer = (res) => void res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(whole));
    const body = { model: 'claude', messages: [{ role: 'user', content: 'hello' }] };
    const reply = await gateway.post('/v1/chat/completions', body);
    const told = (await reply.json()) as { choices: { message: { content: string } }[] };
    assert.equal(told.choices[0]?.message.content, 'Hi');
    const sent = JSON.parse(service.last.body.toString());
    assert.equal(sent.anthropic_version, 'bedrock-2023-05-31');
    assert.equal('model' in sent, false);
    assert.equal('stream' in sent, false);
    assert.equal(service.last.headers.authorization, await expected(service.last));
  });

  it('whose signature is refused because the clocks are apart is signed anew, once, and so are those after it', async () => {
    const there = new Date(Date.now() + 3_600_000).toUTCString();
    const late = refusal(403, 'InvalidSignatureException', 'Signature expired: it is earlier than now', {
      date: there,
    });
    answer = (res, seen) => {
      const hour = String(seen.headers['x-amz-date']).slice(9, 11);
      if (hour === String(new Date().getUTCHours()).padStart(2, '0')) return late(res, seen);
      res.writeHead(200, { 'content-type': 'application/json' }).end('{"type":"message"}');
    };
    assert.equal((await gateway.post('/v1/messages', asked)).status, 200);
    assert.equal(service.requests.length, 2);
    assert.equal((await gateway.post('/v1/messages', asked)).status, 200);
    assert.equal(service.requests.length, 3);
    await gateway.recorded(2);
    assert.deepEqual(
      gateway.records.map(({ attempts }) => attempts.length),
      [1, 1],
    );
  });
});

describe('a stream', () => {
  const stream = { ...asked, stream: true };

  it('of frames is told as events, however it is cut, with its usage', async () => {
    const bytes = Buffer.concat(hello.map(chunk));
    const pieces = Array.from({ length: Math.ceil(bytes.length / 37) }, (_, at) =>
      bytes.subarray(at * 37, at * 37 + 37),
    );
    answer = frames(...pieces);
    const reply = await gateway.post('/v1/messages', stream);
    assert.equal(reply.headers.get('content-type'), 'text/event-stream');
    const wanted = hello.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
    assert.equal(await reply.text(), wanted);
    assert.ok(service.last.path.endsWith('/invoke-with-response-stream'));
    assert.equal(service.last.headers.authorization, await expected(service.last));
    await gateway.recorded(1);
    assert.deepEqual([gateway.records[0]?.usage?.input, gateway.records[0]?.usage?.output], [9, 3]);
  });

  it('of frames is translated for a client of another dialect', async () => {
    answer = frames(...hello.map(chunk));
    const body = { model: 'claude', stream: true, messages: [{ role: 'user', content: 'hello' }] };
    const text = await (await gateway.post('/v1/chat/completions', body)).text();
    assert.match(text, /"content":"Hello, wörld"/);
    assert.match(text, /data: \[DONE\]/);
    assert.ok(service.last.path.endsWith('/invoke-with-response-stream'));
    assert.equal(JSON.parse(service.last.body.toString()).stream, undefined);
  });

  it('with an exception after the first output ends in an error event', async () => {
    answer = frames(...hello.slice(0, 3).map(chunk), exception('modelStreamErrorException', 'It broke.'));
    const text = await (await gateway.post('/v1/messages', stream)).text();
    assert.match(text, /event: error\ndata: \{"type":"error","error":\{"type":"api_error","message":"It broke\."\}\}/);
    assert.doesNotMatch(text, /message_stop/);
    await gateway.recorded(1);
    assert.equal(gateway.records[0]?.outcome, 'error');
  });

  it('that is throttled before its first output is a 429', async () => {
    answer = frames(exception('throttlingException', 'Too many requests, please wait.'));
    const reply = await gateway.post('/v1/messages', stream);
    assert.equal(reply.status, 429);
    await gateway.recorded(1);
    assert.match(gateway.records[0]?.attempts[0]?.failure ?? '', /^rate-limit/);
  });

  for (const [how, spoil] of [
    ['is damaged', (bytes: Buffer) => bytes.fill(0, bytes.length - 4)],
    ['is cut in a frame', (bytes: Buffer) => bytes.subarray(0, bytes.length - 5)],
    ['ends too soon', () => Buffer.alloc(0)],
  ] as const) {
    it(`that ${how} ends in an error, not in an end`, async () => {
      answer = frames(...hello.slice(0, 4).map(chunk), spoil(chunk(hello[4])));
      const text = await (await gateway.post('/v1/messages', stream)).text();
      assert.match(text, /Hello, wörld/);
      assert.match(text, /event: error/);
      await gateway.recorded(1);
      assert.equal(gateway.records[0]?.outcome, 'error');
    });
  }
});

describe('a refusal', () => {
  it('is told in the dialect’s words', async () => {
    answer = refusal(400, 'ValidationException', 'max_tokens: too many');
    const reply = await gateway.post('/v1/messages', asked);
    assert.equal(reply.status, 400);
    assert.deepEqual(await reply.json(), {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'max_tokens: too many' },
    });
  });

  for (const [what, status, name, message, kind] of [
    ['throttling', 429, 'ThrottlingException', 'Too many requests', 'rate-limit'],
    ['a used up quota', 400, 'ServiceQuotaExceededException', 'Your quota', 'rate-limit'],
    ['a model this account was not given', 403, 'AccessDeniedException', "You don't have access to the model", 'model'],
    ['a model there is not', 400, 'ValidationException', 'The provided model identifier is invalid.', 'model'],
    ['a wrong key', 403, 'UnrecognizedClientException', 'The security token is invalid.', 'auth'],
    ['an outage', 503, 'ServiceUnavailableException', 'Down', 'server'],
  ] as const) {
    it(`is understood: ${what}`, async () => {
      answer = refusal(status, name, message);
      await (await gateway.post('/v1/messages', asked)).arrayBuffer();
      await gateway.recorded(1);
      assert.equal(gateway.records[0]?.attempts[0]?.failure, `${kind} (${status})`);
    });
  }
});
