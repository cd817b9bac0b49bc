// Realtime sockets to providers: chosen by the model in the query, opened with the account's credentials, failed over
// until an upstream has switched protocols.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { test } from 'node:test';
import type { WebSocket } from 'ws';
import { account, configOf, secret, TestGateway, usualPlugins, type Wanted } from '../../support/gateway.ts';
import { connect, nextMessage, refusal, WebSocketUpstream } from '../../support/websocket.ts';

const keyed = { headers: { authorization: `Bearer ${secret}` } };
const { manifest } =
  configOf({ providers: [{ name: 'up', url: 'http://127.0.0.1:1/v1' }] }).providers[0] ?? assert.fail();
const speaking = {
  manifest: {
    ...manifest,
    dialects: { 'openai-chat': { operations: ['chat', 'realtime'] }, gemini: { operations: ['chat', 'realtime'] } },
  },
} as const;

function provided(url: string, more: Partial<Wanted> = {}): Wanted {
  const models = { any: false, ids: { talk: 'gpt-realtime' } };
  return { providers: [{ name: 'up', url: `${url}/v1`, models, ...speaking }], ...more };
}

async function echoes(client: WebSocket): Promise<void> {
  const answer = nextMessage(client);
  client.send('{"type":"session.update"}');
  assert.equal(String(await answer), '{"type":"session.update"}');
}

function refuseWith(line: string, body = '{}') {
  return (_req: unknown, socket: Duplex): boolean => {
    socket.end(`HTTP/1.1 ${line}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    return true;
  };
}

test('the model of the query picks the account, whose key goes upstream with the upstream’s name of the model', async () => {
  await using upstream = await WebSocketUpstream.start();
  await using gateway = await TestGateway.start(provided(upstream.url));
  const options = { headers: { ...keyed.headers, 'openai-beta': 'realtime=v1' } };
  const client = await connect(`${gateway.url}/v1/realtime?model=talk&voice=a`, [], options);
  await echoes(client);
  const { url, headers } = upstream.handshakes[0] ?? assert.fail();
  assert.equal(url, '/v1/realtime?model=gpt-realtime&voice=a');
  assert.deepEqual([headers.authorization, headers['openai-beta']], ['Bearer up-main', 'realtime=v1']);
  client.close();
  await gateway.recorded(1);
  const [record] = gateway.records;
  assert.deepEqual(
    [record?.operation, record?.model, record?.stream, record?.status, record?.outcome, record?.key],
    ['realtime', 'talk', true, 101, 'ok', 'test'],
  );
  assert.deepEqual([record?.attempts[0]?.account, record?.attempts[0]?.model], ['main', 'gpt-realtime']);
});

test('a browser’s key is one of the subprotocols; it opens the door and stays there', async () => {
  await using upstream = await WebSocketUpstream.start({ protocols: ['realtime'] });
  await using gateway = await TestGateway.start(provided(upstream.url));
  const offered = ['realtime', `openai-insecure-api-key.${secret}`, 'openai-beta.realtime-v1'];
  const client = await connect(`${gateway.url}/v1/realtime?model=talk`, offered);
  assert.equal(client.protocol, 'realtime');
  assert.equal(upstream.handshakes[0]?.headers['sec-websocket-protocol'], 'realtime, openai-beta.realtime-v1');
  client.close();
  const { status } = await refusal(`${gateway.url}/v1/realtime?model=talk`, ['openai-insecure-api-key.sk-wrong']);
  assert.equal(status, 401);
});

test('an account that refuses the handshake is followed by the next one', async () => {
  await using upstream = await WebSocketUpstream.start();
  let asked = 0;
  const refuse = refuseWith('429 Too Many Requests');
  upstream.refuse = (req, socket) => {
    asked += 1;
    return asked === 1 && refuse(req, socket);
  };
  const accounts = [account('a', `${upstream.url}/v1`), account('b', `${upstream.url}/v1`)];
  const providers = [{ name: 'up', url: '', accounts, ...speaking }];
  await using gateway = await TestGateway.start({ providers });
  const client = await connect(`${gateway.url}/v1/realtime?model=any`, [], keyed);
  await echoes(client);
  client.close();
  await gateway.recorded(1);
  assert.deepEqual(
    gateway.records[0]?.attempts.map(({ status }) => status),
    [429, 101],
  );
});

test('what the client did wrong is the upstream’s to say; a refused account is not the client’s business', async () => {
  await using upstream = await WebSocketUpstream.start();
  await using gateway = await TestGateway.start(provided(upstream.url));
  upstream.refuse = refuseWith('400 Bad Request', '{"error":{"message":"no such voice"}}');
  const wrong = await refusal(`${gateway.url}/v1/realtime?model=talk`, [], keyed);
  assert.deepEqual([wrong.status, wrong.body], [400, '{"error":{"message":"no such voice"}}']);
  upstream.refuse = refuseWith('401 Unauthorized', '{"error":{"message":"up-main is wrong"}}');
  const unseen = await refusal(`${gateway.url}/v1/realtime?model=talk`, [], keyed);
  assert.equal(unseen.status, 502);
  assert.doesNotMatch(unseen.body, /up-main/);
});

test('models, keys and routes are policed as for any request', async () => {
  await using upstream = await WebSocketUpstream.start();
  const more = { keys: [{ models: ['talk'] }] };
  await using gateway = await TestGateway.start(provided(upstream.url, more));
  const of = async (query: string) => {
    const { status, body } = await refusal(`${gateway.url}/v1/realtime${query}`, [], keyed);
    return [status, JSON.parse(body).error.code];
  };
  assert.deepEqual(await of('?model=other'), [403, 'model_not_allowed']);
  assert.deepEqual(await of(''), [400, 'missing_required_parameter']);
  assert.deepEqual(await of('?model=talk&model=other'), [400, 'duplicate_field']);
  assert.equal(upstream.handshakes.length, 0);
});

test('without a model it goes where exactly one provider can take it', async () => {
  await using upstream = await WebSocketUpstream.start();
  await using gateway = await TestGateway.start(provided(upstream.url));
  const live = '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent';
  const client = await connect(`${gateway.url}${live}?key=${secret}`);
  await echoes(client);
  assert.equal(upstream.handshakes[0]?.url, `/v1${live}`);
  client.close();
  await gateway.recorded(1);
});

test('no provider that offers it: 501; no socket asked for: 426; a path of POST: 426', async () => {
  await using upstream = await WebSocketUpstream.start();
  await using gateway = await TestGateway.start({ providers: [{ name: 'up', url: upstream.url }] });
  const { status, body } = await refusal(`${gateway.url}/v1/realtime?model=model-a`, [], keyed);
  assert.deepEqual([status, JSON.parse(body).error.code], [501, 'not_offered']);
  const plain = await gateway.get('/v1/realtime?model=model-a');
  assert.equal(plain.status, 426);
  assert.deepEqual([plain.headers.get('upgrade'), plain.headers.get('connection')], ['websocket', 'Upgrade']);
  assert.match(await plain.text(), /websocket_required/);
  assert.equal((await refusal(`${gateway.url}/v1/chat/completions`, [], keyed)).status, 426);
  assert.equal((await refusal(`${gateway.url}/v1/models`, [], keyed)).status, 200, 'as if it had not asked');
});

test('a plugin that throws after the handshake ends the upstream, and the client gets the error', async () => {
  await using upstream = await WebSocketUpstream.start();
  const path = await mkdtemp(join(tmpdir(), 'portico-plugin-'));
  await writeFile(
    join(path, 'index.js'),
    'export default () => async (ctx, next) => { await next(); throw new Error(); };',
  );
  const directory = { name: 'thrower', path, digest: '1', code: true };
  const plugins = [{ directory, on: true, settings: {} }, ...usualPlugins];
  await using gateway = await TestGateway.start(provided(upstream.url, { plugins }));
  await rm(path, { recursive: true });
  const ended = new Promise<number>((resolve) => {
    upstream.refuse = (_req, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
      socket.on('end', () => resolve(upstream.handshakes.length)).resume();
      socket.on('end', () => socket.destroy());
      return true;
    };
  });
  assert.equal((await refusal(`${gateway.url}/v1/realtime?model=talk`, [], keyed)).status, 500);
  assert.equal(await ended, 1);
});
