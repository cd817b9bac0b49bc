// What has been put aside stays so however the process ends, until its time is over.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openStore } from '../../src/store/store.ts';
import { Home, key, until } from './home.ts';
import { GatewayProcess } from './process.ts';

test('kill -9: an account that cools is not asked at the next start', { timeout: 60_000 }, async (t) => {
  let asked = 0;
  const upstream = createServer((_, response) => {
    asked += 1;
    response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '600' });
    response.end(JSON.stringify({ error: { message: 'too fast' } }));
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    upstream.close();
    upstream.closeAllConnections();
  });
  const { port } = upstream.address() as AddressInfo;
  const account = '{ name: main, apiKey: sk-upstream-0123456789 }';
  const home = await Home.make(`listeners: [{ name: api, port: 0 }]
threads: 2
providers: [{ name: up, use: openai-compatible, baseUrl: "http://127.0.0.1:${port}/v1", models: [large], accounts: [${account}] }]
plugins: [auth, balancer]
`);
  t.after(() => home[Symbol.asyncDispose]());
  const start = async () => {
    const gateway = await GatewayProcess.start(home.file, join(home.directory, 'state'));
    t.after(() => gateway.end('SIGKILL'));
    return gateway;
  };
  const ask = async (gateway: GatewayProcess) => {
    const answer = await fetch(`${await gateway.url()}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'large', messages: [{ role: 'user', content: 'hello' }] }),
    });
    await answer.arrayBuffer();
    return { status: answer.status, retryAfter: Number(answer.headers.get('retry-after')) };
  };
  const first = await start();
  assert.equal((await ask(first)).status, 429);
  assert.equal(asked, 1);
  await until(() => rowsIn(join(home.directory, 'state/portico.db')) === 1);
  await first.end('SIGKILL');

  const second = await start();
  const answer = await ask(second);
  assert.equal(answer.status, 429);
  assert.ok(answer.retryAfter > 500 && answer.retryAfter <= 600, String(answer.retryAfter));
  assert.equal(asked, 1);
  await second.end('SIGTERM');
  const store = await openStore({ kind: 'sqlite', path: join(home.directory, 'state/portico.db') });
  t.after(() => store.close());
  assert.deepEqual(
    (await store.aside.read(Date.now())).map(({ provider, model, aside }) => [provider, model, aside.status]),
    [['up', 'large', 429]],
  );
});

/** Looked at from beside the gateway that has it open. */
function rowsIn(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return Number(Object.values(database.prepare('select count(*) from accounts_aside').get() ?? {})[0]);
  } finally {
    database.close();
  }
}
