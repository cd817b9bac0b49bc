// A gateway in a process of its own that is told to stop, or is killed.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { Upstream } from '../support/upstream.ts';
import { gatewayYaml, root, secret, Workplace } from './running.ts';

let place: Workplace;
let child: ChildProcess;
let output: string;
beforeEach(async () => {
  place = await Workplace.make();
  await place.write('gateway.yaml', gatewayYaml());
});
afterEach(async () => {
  child.kill('SIGKILL');
  await place.remove();
});

/** Starts it and resolves with the address of its first listener. */
async function start(): Promise<string> {
  output = '';
  child = spawn(
    process.execPath,
    [join(root, 'src/main.ts'), 'serve', '--config', place.file, '--state', place.state],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  for (const said of [child.stdout, child.stderr]) {
    said?.on('data', (chunk) => {
      output += chunk;
    });
  }
  await printed(/control: /);
  return /api: (http:\S+)/.exec(output)?.[1] ?? assert.fail(output);
}

/** Resolves when the process has printed it; fails when it ends without. */
async function printed(text: RegExp): Promise<void> {
  const ended = once(child, 'exit');
  while (!text.test(output)) {
    const said = [child.stdout, child.stderr].map((stream) => once(stream ?? assert.fail(), 'data'));
    const [code] = await Promise.race([...said, ended]);
    assert.ok(child.exitCode === null, `it ended with ${code}: ${output}`);
  }
}

function stream(url: string, mock: string): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', 'x-mock': mock },
    body: JSON.stringify({ model: 'mock-echo', stream: true, messages: [{ role: 'user', content: 'Hello' }] }),
  });
}

async function controlUrl(path: string): Promise<string> {
  const { control } = JSON.parse(await readFile(join(place.state, 'run.json'), 'utf8'));
  return `http://${control.host}:${control.port}${path}`;
}

test('SIGTERM: not ready, no new connections, streams finish, exit code 0', { timeout: 20_000 }, async () => {
  const url = await start();
  const answer = await stream(url, 'pace=60, chunks=10');
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  let ready = 200;
  while (ready === 200) ready = (await fetch(await controlUrl('/health/ready'))).status;
  assert.equal(ready, 503);
  assert.equal((await fetch(await controlUrl('/health/live'))).status, 200);
  assert.match(await answer.text(), /data: \[DONE\]/);
  assert.deepEqual(await exited, [0, null]);
  await assert.rejects(fetch(`${url}/health`));
});

test('SIGTERM: a stream that outlasts the drain time gets an error event, never a clean end', {
  timeout: 20_000,
}, async () => {
  await place.write('gateway.yaml', gatewayYaml({ control: { port: 0, drain: '200ms' } }));
  const url = await start();
  const answer = await stream(url, 'pace=50, chunks=200');
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const text = await answer.text();
  assert.match(text, /"error"/);
  assert.doesNotMatch(text, /\[DONE\]/);
  assert.deepEqual(await exited, [0, null]);
});

test('a second signal does not wait', { timeout: 20_000 }, async () => {
  const url = await start();
  const answer = await stream(url, 'pace=100, chunks=200');
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  let ready = 200;
  while (ready === 200) ready = (await fetch(await controlUrl('/health/ready'))).status;
  child.kill('SIGINT');
  assert.deepEqual(await exited, [130, null]);
  await assert.rejects(answer.text());
});

test('a second signal waits for the new tokens of a login', { timeout: 20_000 }, async () => {
  const { promise: asked, resolve } = Promise.withResolvers<ServerResponse>();
  await using vendor = await Upstream.start((res) => resolve(res));
  const oauth = { clientId: 'c', tokenUrl: vendor.url };
  const desk = { name: 'desk', use: 'openai-compatible', baseUrl: `${vendor.url}/v1`, models: ['m'], oauth };
  await place.write('gateway.yaml', gatewayYaml({ providers: [desk], accounts: { directory: './accounts' } }));
  const tokens = { access_token: 'acc-old', refresh_token: 'ref-old', expired: new Date(Date.now() - 1000) };
  await place.write('accounts/ada.json', JSON.stringify({ provider: 'desk', ...tokens }));
  await start();
  const answer = await asked;
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  await printed(/stopping/);
  child.kill('SIGINT');
  await printed(/A third signal does not wait/);
  answer.end('{"access_token":"acc-new","refresh_token":"ref-new","expires_in":3600}');
  assert.deepEqual(await exited, [130, null]);
  assert.match(await readFile(join(place.directory, 'accounts', 'ada.json'), 'utf8'), /ref-new/);
});

test('SIGHUP looks at the disk again; kill -9 leaves nothing in the way of the next start', {
  timeout: 20_000,
}, async () => {
  await start();
  const before = /serving revision (\w+)/.exec(output)?.[1];
  await place.write('gateway.yaml', gatewayYaml({ threads: 1 }));
  child.kill('SIGHUP');
  await printed(/serving revision(.*\n)*.*serving revision/);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await place.write('gateway.yaml', 'version: 1\nbroken: yes\n');
  const url = await start();
  await printed(/the last that was good/);
  assert.equal((await fetch(`${url}/health/live`)).status, 200);
  assert.ok(before !== undefined);
});
