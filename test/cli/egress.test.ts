// What `portico egress test` says, and what it keeps to itself.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net';
import { after, before, test } from 'node:test';
import { Server as HttpProxy } from 'proxy-chain';
import { sitDown } from './typed.ts';

const opened: { close(): unknown }[] = [];
let target: string;
let proxy: string;
let gone: string;

async function listen(server: Server): Promise<number> {
  opened.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

before(async () => {
  target = `http://127.0.0.1:${await listen(createServer((_req, res) => void res.writeHead(401).end()))}/v1`;
  const chain = new HttpProxy({
    port: 0,
    host: '127.0.0.1',
    prepareRequestFunction: ({ password }) => ({ requestAuthentication: password !== 'hunter2' }),
  });
  await chain.listen();
  opened.push({ close: () => chain.close(true) });
  proxy = `127.0.0.1:${chain.port}`;
  const server = createSocketServer();
  gone = `127.0.0.1:${await listen(server)}`;
  await new Promise((resolve) => server.close(resolve));
});
after(async () => {
  for (const server of opened) await server.close();
});

function file(): string {
  const account = (name: string, egress: string) => ({ name, apiKey: 'sk-0123456789', egress });
  return JSON.stringify({
    version: 1,
    egress: [
      { name: 'good', url: `http://user:hunter2@${proxy}` },
      { name: 'wrong', url: `http://user:hunter3@${proxy}` },
      { name: 'gone', url: `socks5://user:hunter4@${gone}` },
      { name: 'idle', url: `http://${gone}` },
    ],
    providers: [
      {
        name: 'up',
        use: 'openai-compatible',
        baseUrl: target,
        egress: 'good',
        accounts: [
          { name: 'usual', apiKey: 'sk-0123456789' },
          account('a', 'wrong'),
          account('b', 'gone'),
          account('c', 'direct'),
        ],
      },
    ],
  });
}

test('each way is walked to what is reached by it; passwords are not told', async (t) => {
  const desk = await sitDown(t);
  await desk.write('gateway.yaml', file());
  const { code, out, error } = await desk.type('egress', 'test');
  assert.equal(code, 1);
  assert.match(out, new RegExp(`ok    good \\(http://${proxy}\\) -> ${target}: HTTP 401  connect .* tunnel .* http `));
  assert.match(
    out,
    /FAIL {2}wrong .*: tunnel: .*refused the user or the password \(407\)\n.*\n? *Check user and password/,
  );
  assert.match(out, /FAIL {2}gone .*: connect: .*ECONNREFUSED.*\n +Nothing answers there: is the proxy running/);
  assert.match(out, /idle: nothing uses it; name a target with --url/);
  assert.doesNotMatch(out + error, /hunter|direct/);
});

test('one may be named, and another target', async (t) => {
  const desk = await sitDown(t);
  await desk.write('gateway.yaml', file());
  assert.equal((await desk.type('egress', 'test', 'good')).code, 0);
  assert.equal((await desk.type('egress', 'test', 'direct')).code, 0);
  const { code, out } = await desk.type('egress', 'test', 'direct', '--json', '--url', `http://${gone}/else`);
  assert.equal(code, 1);
  const [result] = JSON.parse(out) as { failure: { step: string; remedy: string }; target: string; proxy: null }[];
  assert.equal(result?.failure.step, 'connect');
  assert.equal(result?.target, `http://${gone}/else`);
  assert.equal(result?.proxy, null);
});

test('what cannot be tested is a mistake in the asking', async (t) => {
  const desk = await sitDown(t);
  await desk.write('gateway.yaml', file());
  const unknown = await desk.type('egress', 'test', 'tokyo');
  assert.equal(unknown.code, 2);
  assert.match(unknown.error, /There is no egress "tokyo"\.\nThere are: good, wrong, gone, idle, direct\./);
  assert.equal((await desk.type('egress', 'test', '--url', 'ftp://x')).code, 2);
  await desk.write('gateway.yaml', '{"version": 1, "egres": []}');
  const invalid = await desk.type('egress', 'test');
  assert.equal(invalid.code, 2);
  assert.match(invalid.error, /did you mean "egress"/);
});
