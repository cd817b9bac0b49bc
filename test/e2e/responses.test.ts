// Kept responses in a whole gateway: any data thread finds them at once, and they outlive the process.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { json, Upstream } from '../support/upstream.ts';
import { Home, until } from './home.ts';
import { GatewayProcess } from './process.ts';

let answers = 0;

async function house(t: TestContext): Promise<Home> {
  const upstream = await Upstream.start((res, seen) => {
    answers += 1;
    return json({ id: `resp_${answers}`, object: 'response', status: 'completed', output: [] })(res, seen);
  });
  t.after(() => upstream[Symbol.asyncDispose]());
  const home = await Home.make(
    `listeners: [{ name: api, port: 0 }]\nthreads: 4\nplugins: [balancer]\nproviders: [{ name: plain, baseUrl: '${upstream.url}', accounts: [{ name: main }] }]\n`,
  );
  t.after(() => home[Symbol.asyncDispose]());
  await home.write(
    'providers/plain/provider.yaml',
    'title: Plain\nauth: { kind: none }\ndialects: { openai-responses: { operations: [chat], state: false } }\nmodels: { known: "*" }\n',
  );
  await home.write('providers/plain/README.md', '# plain\n');
  return home;
}

async function start(t: TestContext, home: Home): Promise<GatewayProcess> {
  const gateway = await GatewayProcess.start(home.file, join(home.directory, 'state'));
  t.after(() => gateway.end('SIGKILL'));
  return gateway;
}

/** On a connection of its own, so that any of the threads may get it. */
const closing = { 'content-type': 'application/json', connection: 'close' };

async function create(url: string): Promise<string> {
  const body = JSON.stringify({ model: 'any', input: 'hello' });
  const answer = await fetch(`${url}/v1/responses`, { method: 'POST', headers: closing, body });
  const { id } = (await answer.json()) as { id: string };
  return id;
}

async function look(url: string, id: string): Promise<number> {
  const answer = await fetch(`${url}/v1/responses/${id}`, { headers: closing });
  await answer.text();
  return answer.status;
}

test('whichever thread is asked finds it, and so does the next process after kill -9', {
  timeout: 60_000,
}, async (t) => {
  const home = await house(t);
  const first = await start(t, home);
  const url = await first.url();
  const ids = await Promise.all(Array.from({ length: 20 }, () => create(url)));
  const found = await Promise.all(ids.map((id) => look(url, id)));
  assert.deepEqual(new Set(found), new Set([200]));
  const last = ids.at(-1) ?? '';
  const database = join(home.directory, 'state', 'portico.db');
  await until(async () => {
    const reading = new DatabaseSync(database, { readOnly: true });
    const row = reading.prepare('select id from responses where id = ?').get(last);
    reading.close();
    return row !== undefined;
  });
  await first.end('SIGKILL');
  const second = await start(t, home);
  assert.equal(await look(await second.url(), last), 200);
});
