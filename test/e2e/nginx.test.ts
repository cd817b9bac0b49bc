// The nginx configuration of docs/ports.md, in a real nginx before a real gateway: it is valid, events come through one by
// one, over HTTP/1.1 and HTTP/2, and so does a WebSocket.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import http2 from 'node:http2';
import https from 'node:https';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import tls from 'node:tls';
import { WebSocket } from 'ws';
import { fencedBlocks, read } from '../structure/tree.ts';
import { makeCertificate } from '../support/certificate.ts';
import { chunk, Upstream } from '../support/upstream.ts';
import { Home, key, until } from './home.ts';

const certificate = makeCertificate();
const there = spawnSync('nginx', ['-v']).status === 0 && certificate !== undefined;
const skip = there ? false : 'no nginx here';
const ca = certificate?.cert;

interface Ports {
  readonly api: string;
  readonly control: number;
}

/** The snippets, listening at a socket file and leading to these ports: no port of the machine is needed. */
function configuration(directory: string, { api, control }: Ports): string {
  const [snippet, callback] = fencedBlocks(read('docs/ports.md'), 'nginx');
  assert.ok(snippet && callback);
  const changes: [string, string][] = [
    ['listen 443 ssl', `listen unix:${directory}/nginx.sock ssl`],
    ['127.0.0.1:8317', `127.0.0.1:${api}`],
    ['127.0.0.1:8318', `127.0.0.1:${control}`],
    ['/etc/nginx/cert.pem', `${directory}/cert.pem`],
    ['/etc/nginx/key.pem', `${directory}/key.pem`],
  ];
  // Into the server, before its first location.
  let whole = snippet.text.replace('location / {', `${callback.text}\n    location / {`);
  for (const [from, to] of changes) {
    assert.ok(whole.includes(from), `the snippet has no ${from}`);
    whole = whole.replace(from, to);
  }
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const temporary = kinds.map((kind) => `${kind}_temp_path ${directory}/${kind};`).join('\n');
  return `daemon off;\nmaster_process off;\npid ${directory}/nginx.pid;\nerror_log stderr warn;
events {}\nhttp {\naccess_log off;\n${temporary}\n${whole}\n}\n`;
}

/** Its socket. It ends with the disposal, before its directory goes. */
async function nginx(
  t: TestContext,
  directory: string,
  ports: Ports,
): Promise<AsyncDisposable & { readonly path: string }> {
  await mkdir(directory);
  await writeFile(join(directory, 'cert.pem'), certificate?.cert ?? '');
  await writeFile(join(directory, 'key.pem'), certificate?.key ?? '');
  const file = join(directory, 'nginx.conf');
  await writeFile(file, configuration(directory, ports));
  const checked = spawnSync('nginx', ['-t', '-p', directory, '-c', file, '-e', 'stderr'], { encoding: 'utf8' });
  assert.equal(checked.status, 0, checked.stderr);
  const child = spawn('nginx', ['-p', directory, '-c', file, '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  // For a test that ran out of time.
  t.after(() => child.kill('SIGKILL'));
  const path = join(directory, 'nginx.sock');
  await until(() => answers(path));
  return { path, [Symbol.asyncDispose]: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = tls.connect({ path, ca, servername: 'localhost' });
    socket.once('secureConnect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('secureConnect', () => socket.end());
  });
}

const asked = JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: 'Hello' }] });
const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };

function overHttp1(socketPath: string): Promise<Readable> {
  return new Promise((resolve, reject) => {
    const options = {
      socketPath,
      ca,
      servername: 'localhost',
      method: 'POST',
      path: '/v1/chat/completions',
      agent: false,
    };
    const request = https.request({ ...options, headers: { ...headers, host: 'api.example.com' } }, resolve);
    request.once('error', reject).end(asked);
  });
}

function get(socketPath: string, path: string): Promise<[number | undefined, string]> {
  return new Promise((resolve, reject) => {
    const options = {
      socketPath,
      ca,
      servername: 'localhost',
      path,
      agent: false,
      headers: { ...headers, host: 'api.example.com' },
    };
    https.get(options, async (response) => resolve([response.statusCode, await text(response)])).once('error', reject);
  });
}

function overHttp2(t: TestContext, path: string): Readable {
  const session = http2.connect('https://api.example.com', {
    createConnection: () => tls.connect({ path, ca, servername: 'localhost', ALPNProtocols: ['h2'] }),
  });
  t.after(() => session.destroy());
  const stream = session.request({ ':method': 'POST', ':path': '/v1/chat/completions', ...headers });
  stream.end(asked);
  return stream;
}

function delta(content: string): string {
  return chunk({ object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content }, finish_reason: null }] });
}

test('streams and WebSockets come through the nginx of docs/ports.md', { skip, timeout: 30_000 }, async (t) => {
  let release = Promise.withResolvers<void>();
  await using upstream = await Upstream.start(async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(delta('first'));
    await release.promise;
    response.end(`${delta('second')}data: [DONE]\n\n`);
  });
  await using home = await Home.make(`listeners: [{ name: api, port: 0 }]
threads: 1
providers:
  - { name: up, use: openai-compatible, baseUrl: "${upstream.url}/v1", models: [m], accounts: [{ name: a, apiKey: sk-up-0123456789 }] }
  - { name: mock }
plugins: [auth, balancer]
`);
  await home.start();
  await using server = await nginx(t, join(home.directory, 'nginx'), {
    api: new URL(home.url).port,
    control: home.running.control.port,
  });
  const { path } = server;

  for (const open of [() => overHttp1(path), async () => overHttp2(t, path)]) {
    release = Promise.withResolvers<void>();
    let said = '';
    for await (const piece of (await open()).setEncoding('utf8')) {
      said += piece;
      // The upstream has not said more than this: nothing on the way keeps events back.
      if (said.includes('first')) release.resolve();
    }
    assert.match(said, /first.*second.*\[DONE\]/s);
  }

  const [status, page] = await get(path, '/logins/callback?code=c&state=s');
  assert.equal(status, 400);
  assert.match(page, /Another login/);
  assert.match((await get(path, '/logins'))[1], /provider_missing/, "every other path is the API's");

  const socket = new WebSocket('wss://api.example.com/v1/responses', {
    createConnection: () => tls.connect({ path, ca, servername: 'localhost' }),
    headers: { authorization: headers.authorization },
  });
  t.after(() => socket.terminate());
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'response.create', model: 'mock-echo', input: 'Hello' }));
  const events: string[] = [];
  for await (const [data] of on(socket, 'message')) {
    events.push(JSON.parse(String(data)).type);
    if (events.at(-1)?.startsWith('response.completed') || events.at(-1) === 'error') break;
  }
  assert.equal(events.at(-1), 'response.completed');
});
