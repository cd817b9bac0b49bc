// What has been counted against limits outlives the process, however it ends; what was only reserved does not.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openStore } from '../../src/store/store.ts';
import { Home, until } from './home.ts';
import { GatewayProcess } from './process.ts';

const schema = JSON.stringify({
  type: 'object',
  additionalProperties: false,
  description: 'Counts tokens against one limit and says where it stands.',
  properties: {},
});

/** `x-spend: 7` settles 7 of 100 reserved; `x-spend: hold` keeps its reservation; nothing only asks. */
const code = `
import { plugin, replyWith } from 'portico';
const window = { shape: 'fixed', unit: 'total', count: 1 };
const limit = { kind: 'tokens', amount: 1_000_000, window, burst: undefined };
export default plugin((config, host) => async function spend(ctx, next) {
  const wanted = ctx.get('x-spend');
  const claim = { subject: 'key:test', limit, amount: 100 };
  if (wanted !== '') {
    const grant = await host.ledger.reserve([claim]);
    if (wanted !== 'hold') grant.settle([Number(wanted)]);
  }
  const [reading] = await host.ledger.read([claim]);
  ctx.call.reply = replyWith(200, { 'content-type': 'application/json' }, JSON.stringify(reading));
});`;

async function house(t: TestContext): Promise<Home> {
  const home = await Home.make('listeners: [{ name: api, port: 0 }]\nthreads: 1\nplugins: [spend]\n');
  t.after(() => home[Symbol.asyncDispose]());
  await home.write('plugins/spend/schema.json', schema);
  await home.write('plugins/spend/README.md', '# spend\n');
  await home.write('plugins/spend/index.ts', code);
  return home;
}

async function start(t: TestContext, home: Home): Promise<GatewayProcess> {
  const gateway = await GatewayProcess.start(home.file, join(home.directory, 'state'));
  t.after(() => gateway.end('SIGKILL'));
  return gateway;
}

/** What is used then, reservations included. */
async function spend(gateway: GatewayProcess, what?: string): Promise<number> {
  const headers: Record<string, string> = what === undefined ? {} : { 'x-spend': what };
  const answer = await fetch(`${await gateway.url()}/v1/models`, { headers });
  const reading = (await answer.json()) as { used: number };
  return reading.used;
}

test('kill -9: what was settled a second ago is counted at the next start, what was reserved is free', {
  timeout: 60_000,
}, async (t) => {
  const home = await house(t);
  const first = await start(t, home);
  for (const amount of ['7', '8', '9']) await spend(first, amount);
  assert.equal(await spend(first, 'hold'), 124);
  const then = Date.now();
  // One that began after this saves all of the above.
  await until(async () => ((await first.status()).store?.savedAt ?? 0) > then);
  await first.end('SIGKILL');

  const second = await start(t, home);
  assert.equal(await spend(second), 24);
  assert.equal(await spend(second, '6'), 30);
  // An orderly end saves without being given a second.
  await second.end('SIGTERM');
  const store = await openStore({ kind: 'sqlite', path: join(home.directory, 'state/portico.db') });
  const entries = await store.ledger.read(Date.now());
  await store.close();
  assert.deepEqual(
    entries.map(({ used }) => used),
    [30],
  );
});
