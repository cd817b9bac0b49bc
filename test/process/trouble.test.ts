// Trouble in a running gateway stays where it is: a plugin that cannot be loaded, a data thread that dies.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Running } from '../../src/process/serve.ts';
import { chat, control, gatewayYaml, until, Workplace } from './running.ts';

const schema = JSON.stringify({
  type: 'object',
  additionalProperties: false,
  description: 'Answers with a header, or dies when asked to.',
  properties: {},
});

function pluginCode(version: string, first = ''): string {
  return `import { plugin } from 'portico';
    ${first}
    export default plugin(() => function own(ctx, next) {
      if (ctx.get('x-die') === 'yes') setImmediate(() => { throw new Error('told to die'); });
      ctx.set('x-own', '${version}');
      return next();
    });`;
}

let place: Workplace;
let running: Running;
before(async () => {
  place = await Workplace.make();
  await place.write('plugins/own/schema.json', schema);
  await place.write('plugins/own/README.md', '# own\n');
  await place.write('plugins/own/index.ts', pluginCode('one'));
  await place.write('gateway.yaml', gatewayYaml({ plugins: ['own', 'auth', 'balancer'] }));
  running = await place.serve({ rehearsalLimitMs: 400 });
});
after(() => place.remove());

async function version(): Promise<string | null> {
  const answer = await chat(running);
  await answer.text();
  return answer.headers.get('x-own');
}

test('new code of a plugin is served by itself', async () => {
  assert.equal(await version(), 'one');
  const before = running.status().plugins[0]?.digest;
  await place.write('plugins/own/index.ts', pluginCode('two'));
  await until(running, ({ plugins }) => plugins[0]?.digest !== before);
  assert.equal(await version(), 'two');
});

const broken = [
  ['throws', 'throw new Error("broken here");', /broken here/],
  [
    'never finishes loading',
    'await new Promise(() => setInterval(() => undefined, 1000));',
    /did not finish within 400 ms/,
  ],
  ['blocks its thread', 'for (;;);', /did not finish loading within 400 ms/],
  ['ends its thread', 'process.exit(1);', /ended its thread/],
] as const;

for (const [what, code, message] of broken) {
  test(`code that ${what} leaves the last good version in use, and says so`, async () => {
    await place.write('plugins/own/index.ts', pluginCode('bad', code));
    const status = await until(running, ({ degraded }) => message.test(degraded[0]?.problem.message ?? ''));
    assert.deepEqual(
      status.degraded.map(({ kind, name, using }) => [kind, name, using]),
      [['plugin', 'own', 'last good version']],
    );
    assert.match(status.degraded[0]?.problem.where ?? '', /plugins\/own/);
    assert.equal(await version(), 'two');
    assert.deepEqual(
      status.threads.map((thread) => thread.state),
      ['serving', 'serving'],
    );
    await place.write('plugins/own/index.ts', pluginCode('two'));
    await until(running, ({ degraded }) => degraded.length === 0);
  });
}

test('code that was only broken by its surroundings is tried again when somebody asks', async () => {
  const code =
    "if ((await import('node:fs')).existsSync(new URL('../../in-the-way', import.meta.url))) throw new Error('in the way');";
  await place.write('in-the-way', '');
  await place.write('plugins/own/index.ts', pluginCode('three', code));
  await until(running, ({ degraded }) => degraded[0]?.problem.message === 'in the way');
  await rm(join(place.directory, 'in-the-way'));
  assert.equal((await running.reload()).outcome, 'committed');
  assert.deepEqual(running.status().degraded, []);
  assert.equal(await version(), 'three');
  await place.write('plugins/own/index.ts', pluginCode('two'));
  await running.reload();
});

test('a data thread that dies is replaced; nobody else notices', async () => {
  const slow = await Promise.all(Array.from({ length: 8 }, () => chat(running, 'pace=100, chunks=8', undefined, true)));
  const { host, port } = running.listeners[0] ?? assert.fail();
  const death = fetch(`http://${host}:${port}/v1/models`, { headers: { 'x-die': 'yes', connection: 'close' } });
  await death.then((answer) => answer.text()).catch(() => 'its own request may fail');
  const metrics = async () => (await control(running, 'GET', '/metrics')).text();
  await until(running, () => place.output.includes('told to die'));
  assert.match(place.output, /error threads {2}data thread \d died: Error: told to die/);
  assert.match(await metrics(), /portico_thread_restarts_total 1/);
  const ends = await Promise.allSettled(slow.map((answer) => answer.text()));
  const whole = ends.filter((end) => end.status === 'fulfilled' && end.value.includes('[DONE]'));
  const lost = Number(/callsLost=(\d+)/.exec(place.output)?.[1]);
  assert.ok(whole.length >= 8 - lost, `${whole.length} of 8 whole, ${lost} lost`);
  await until(running, ({ threads }) => threads.filter((thread) => thread.state === 'serving').length === 2);
  assert.equal((await chat(running)).status, 200);
  await until(running, ({ threads }) => threads.every((thread) => thread.inFlight === 0));
});

test('a plugin directory that is removed is refused while the chain names it', async () => {
  const { revision } = running;
  await rm(join(place.directory, 'plugins'), { recursive: true });
  const status = await until(running, ({ config }) => config.state === 'rejected');
  assert.equal(status.revision, revision);
  assert.equal(await version(), 'two');
});
