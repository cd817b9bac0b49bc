// A gateway that serves what its upstream lists, its file untouched.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { run } from '../../../src/cli/run.ts';
import type { ProviderModels } from '../../../src/control/plane.ts';
import type { Running } from '../../../src/process/serve.ts';
import { control, gatewayYaml, secret, until, urlOf, Workplace } from '../running.ts';
import { Vendor } from './vendor.ts';

let vendor: Vendor;
let place: Workplace;
let running: Running;
before(async () => {
  vendor = await new Vendor().open();
  vendor.answer = () => ({ data: [{ id: 'small' }] });
  place = await Workplace.make();
  const accounts = [{ name: 'main', apiKey: 'sk-upstream-0123456789' }];
  const up = { name: 'up', use: 'openai-compatible', baseUrl: `${vendor.url}/v1`, accounts, models: 'discover' };
  await place.write('gateway.yaml', gatewayYaml({ providers: [up, { name: 'mock' }], threads: 1 }));
  running = await place.serve();
});
after(async () => {
  await place.remove();
  await vendor[Symbol.asyncDispose]();
});

async function listed(): Promise<string[]> {
  const answer = await fetch(urlOf(running, '/v1/models'), { headers: { authorization: `Bearer ${secret}` } });
  const { data } = (await answer.json()) as { data: { id: string; owned_by: string }[] };
  return data.filter((model) => model.owned_by === 'up').map(({ id }) => id);
}

/** A command of the same state directory. */
async function typed(...words: string[]): Promise<{ code: number; out: string }> {
  const said = { out: '' };
  const code = await run([...words, '--state', place.state], {
    cwd: place.directory,
    env: {},
    color: false,
    out: (text) => {
      said.out += text;
    },
    error: () => undefined,
  });
  return { code, ...said };
}

async function refreshed(): Promise<ProviderModels> {
  const answer = await control(running, 'POST', '/providers/up/models/refresh');
  assert.equal(answer.status, 200);
  return (await answer.json()) as ProviderModels;
}

test('what is listed is served, and a new list is a reload of the same revision', async () => {
  await until(running, ({ providers }) => providers[0]?.discovery?.state === 'current');
  const before = running.revision;
  assert.deepEqual((await refreshed()).models, [{ name: 'small', id: 'small' }]);
  assert.deepEqual(await listed(), ['small']);
  vendor.answer = () => ({ data: [{ id: 'small' }, { id: 'large' }] });
  assert.deepEqual(
    (await refreshed()).models.map(({ name }) => name),
    ['large', 'small'],
  );
  assert.deepEqual(await listed(), ['large', 'small']);
  assert.equal(running.revision, before);
});

test('a list that cannot be had changes nothing but the status', async () => {
  vendor.answer = () => 503;
  const { discovery, models } = await refreshed();
  assert.equal(discovery?.state, 'failing');
  assert.match(discovery?.error ?? '', /answered 503/);
  assert.equal(models.length, 2);
  assert.deepEqual(await listed(), ['large', 'small']);
  const status = await typed('status');
  assert.match(status.out, /up \(openai-compatible\): main; no new list of models: the upstream answered 503/);
  const refreshing = await typed('providers', 'models', 'up', '--refresh');
  assert.match(
    refreshing.out,
    /^large\nsmall\nThe upstream gives no list: the upstream answered 503\. 2 in the list of /,
  );
  assert.equal(refreshing.code, 1);
});

test('a start without the vendor serves the last list', async () => {
  await running.stop();
  running = await place.serve();
  assert.deepEqual(await listed(), ['large', 'small']);
});

test('others are told apart: unknown ones, and those that are not asked', async () => {
  assert.equal((await control(running, 'GET', '/providers/nobody/models')).status, 404);
  assert.equal((await control(running, 'POST', '/providers/mock/models/refresh')).status, 409);
  const { discovery } = (await (await control(running, 'GET', '/providers/mock/models')).json()) as ProviderModels;
  assert.equal(discovery, null);
});
