// A running gateway whose credential files are sealed: refreshed and written back sealed, and led to another key while it serves.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { reseal } from '../../src/accounts/vault/reseal.ts';
import { newKey, readKey } from '../../src/config/credentials/vault/key.ts';
import { openVault } from '../../src/config/credentials/vault/vault.ts';
import { authorizationServer } from '../accounts/authorization-server.ts';
import { chat, control, gatewayYaml, until, Workplace } from '../process/running.ts';
import { Upstream } from '../support/upstream.ts';
import { answer } from './answer.ts';

const workplaces: Workplace[] = [];
after(() => Promise.all(workplaces.map((workplace) => workplace.remove())));

const texts = { one: newKey(), two: newKey() };

function keyOf(text: string) {
  const key = readKey(text);
  assert.ok(typeof key !== 'string');
  return key;
}

const [one, two] = [keyOf(texts.one), keyOf(texts.two)];

test('refreshed under load and rotated while it serves: no request is lost, nothing is ever in clear', async (context) => {
  const server = await authorizationServer(context);
  const ended = new Set<string>();
  await using upstream = await Upstream.start(async (response, { headers }) => {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
    const good = !ended.has(token) && (await server.isGood(token));
    response.writeHead(good ? 200 : 401, { 'content-type': 'application/json' });
    response.end(good ? answer : '{"error":{"message":"expired","type":"authentication_error"}}');
  });
  const workplace = await Workplace.make();
  workplaces.push(workplace);
  const oauth = { clientId: server.clientId, clientSecret: server.clientSecret, tokenUrl: server.tokenUrl };
  const url = `${upstream.url}/v1`;
  const configured = (vault: unknown) =>
    gatewayYaml({
      providers: [{ name: 'desk', use: 'openai-compatible', baseUrl: url, models: ['mock-echo'], oauth }],
      accounts: { directory: './accounts', vault },
      threads: 1,
    });
  for (const [name, key] of Object.entries(texts)) writeFileSync(join(workplace.directory, `${name}.key`), key);
  const home = join(workplace.directory, 'accounts');
  const file = join(home, 'ada.json');
  mkdirSync(home);
  const { refreshToken } = await server.login();
  const tokens = {
    provider: 'desk',
    email: 'ada@example.com',
    access_token: 'tok-stale-0123456789',
    refresh_token: refreshToken,
  };
  writeFileSync(file, await openVault(one, []).seal(JSON.stringify(tokens)), { mode: 0o600 });
  await workplace.write('gateway.yaml', configured({ key: '${file:one.key}' }));
  const running = await workplace.serve();

  const all = await Promise.all(Array.from({ length: 20 }, () => chat(running)));
  assert.deepEqual(new Set(all.map(({ status }) => status)), new Set([200]));
  assert.equal(server.requests(), 1);
  const refreshed = JSON.parse(await openVault(one, []).open(readFileSync(file, 'utf8')));
  assert.ok(await server.isGood(refreshed.access_token));
  assert.notEqual(refreshed.refresh_token, refreshToken);

  const { revision } = running.status();
  await workplace.write('gateway.yaml', configured({ key: '${file:two.key}', previous: ['${file:one.key}'] }));
  const statuses = new Set<number>();
  let asking = true;
  context.after(() => {
    asking = false;
  });
  const client = (async () => {
    while (asking) statuses.add((await chat(running)).status);
  })();
  await until(running, (status) => status.revision !== revision);
  const rotated = await reseal(file, { vault: openVault(two, [one]), wish: 'rotate', dryRun: false });
  assert.equal(rotated.outcome, 'sealed');
  await workplace.write('gateway.yaml', configured({ key: '${file:two.key}' }));
  const last = running.status().revision;
  await until(running, (status) => status.revision !== last);
  // The vendor ends the token: what comes of it is sealed with the new key.
  ended.add(refreshed.access_token);
  await until(running, () => server.requests() === 2);
  asking = false;
  await client;
  assert.deepEqual(statuses, new Set([200]));
  const again = JSON.parse(await openVault(two, []).open(readFileSync(file, 'utf8')));
  assert.ok(await server.isGood(again.access_token));

  const told = await Promise.all(
    ['/accounts', '/status', '/config'].map((path) => control(running, 'GET', path).then((reply) => reply.text())),
  );
  const seen = [...told, workplace.output, ...readdirSync(home).map((name) => readFileSync(join(home, name), 'utf8'))];
  const secrets = [texts.one, texts.two, again.access_token, again.refresh_token, refreshed.refresh_token];
  for (const text of seen) for (const secret of secrets) assert.ok(!text.includes(secret), text);
});
