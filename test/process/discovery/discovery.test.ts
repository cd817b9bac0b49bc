// When upstreams are asked for their lists, what becomes of them, and what of failures.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { noCredentials } from '../../../src/gateway/credentials.ts';
import { Discovery } from '../../../src/process/discovery/discovery.ts';
import { HandClock } from '../../support/clock.ts';
import { configOf, type Instance, Vendor } from './vendor.ts';

const hour = 3_600_000;
let vendor: Vendor;
let clock: HandClock;
let directory: string;
let discovery: Discovery;
let reloads: number;
let said: string[];

beforeEach(async () => {
  vendor = await new Vendor().open();
  vendor.answer = () => ({ data: [{ id: 'small' }, { id: 'large' }] });
  clock = new HandClock();
  directory = await mkdtemp(join(tmpdir(), 'portico-discovery-'));
  reloads = 0;
  said = [];
  discovery = await begin();
});
afterEach(async () => {
  discovery.close();
  await vendor[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

async function begin(): Promise<Discovery> {
  const made = new Discovery({
    clock,
    directory,
    credentials: noCredentials,
    chance: () => 0.5,
    reload: () => {
      reloads += 1;
    },
    say: (_level, message) => said.push(message),
  });
  await made.open();
  return made;
}

async function configure(instance: Partial<Instance> = {}): Promise<void> {
  discovery.configure(await configOf({ use: 'openai', baseUrl: `${vendor.url}/v1`, ...instance }));
}

/** Joins what is being asked. */
const asked = () => discovery.refresh('up');

describe('an upstream', () => {
  it('is asked at once, then every hour; only another list is a reload', async () => {
    await configure();
    assert.equal((await asked())?.state, 'current');
    assert.deepEqual([...discovery.found().values()], [['large', 'small']]);
    assert.equal(reloads, 1);
    clock.advance(hour);
    await asked();
    assert.equal(vendor.asked.length, 2);
    assert.equal(reloads, 1);
    vendor.answer = () => ({ data: [{ id: 'large' }, { id: 'new' }] });
    clock.advance(hour);
    await asked();
    assert.deepEqual([...discovery.found().values()], [['large', 'new']]);
    assert.equal(reloads, 2);
  });

  it('that fails leaves the last list in use, is told of once, and is asked again sooner', async () => {
    await configure();
    await asked();
    vendor.answer = () => 500;
    clock.advance(hour);
    assert.deepEqual(await asked(), {
      state: 'failing',
      models: 2,
      time: clock.now() - hour,
      error: 'the upstream answered 500',
      next: clock.now() + 30_000,
    });
    clock.advance(30_000);
    assert.equal((await asked())?.next, clock.now() + 60_000);
    assert.deepEqual([...discovery.found().values()], [['large', 'small']]);
    vendor.answer = () => ({ data: [{ id: 'small' }, { id: 'large' }] });
    clock.advance(60_000);
    assert.equal((await asked())?.state, 'current');
    assert.deepEqual(said, [
      'up: no new list of models: the upstream answered 500',
      'up: its list of models is there again',
    ]);
    assert.equal(reloads, 1);
  });

  it('is asked with another account where one is refused', async () => {
    vendor.answer = ({ headers }) => (headers.authorization?.endsWith('good') ? { data: [{ id: 'small' }] } : 401);
    const accounts = ['bad', 'good'].map((name) => ({ name, apiKey: `sk-0123456789-${name}` }));
    await configure({ accounts });
    assert.equal((await asked())?.state, 'current');
    assert.equal(vendor.asked.length, 2);
  });

  it('that fails is asked at once where the configuration has changed', async () => {
    vendor.answer = ({ headers }) => (headers.authorization?.endsWith('good') ? { data: [{ id: 'small' }] } : 401);
    await configure();
    assert.match((await asked())?.error ?? '', /answered 401/);
    await configure({ accounts: [{ name: 'main', apiKey: 'sk-0123456789-good' }] });
    assert.equal((await asked())?.state, 'current');
    assert.equal(vendor.asked.length, 2);
  });

  it('is not asked twice at once', async () => {
    await configure();
    await Promise.all([asked(), asked(), asked()]);
    assert.equal(vendor.asked.length, 1);
  });

  it('with a period of 0 is asked once, then by hand only', async () => {
    await configure({ models: { discover: 0 } });
    assert.equal((await asked())?.next, undefined);
    clock.advance(100 * hour);
    assert.equal(vendor.asked.length, 1);
    await asked();
    assert.equal(vendor.asked.length, 2);
  });
});

describe('a list', () => {
  it('is there after a restart without the vendor, and asked for when its hour is over', async () => {
    await configure();
    await asked();
    discovery.close();
    discovery = await begin();
    clock.advance(hour / 2);
    await configure();
    assert.deepEqual([...discovery.found().values()], [['large', 'small']]);
    assert.equal(vendor.asked.length, 1);
    clock.advance(hour / 2);
    await asked();
    assert.equal(vendor.asked.length, 2);
  });

  it('of another base URL is another, and those nobody asks for are forgotten', async () => {
    await configure();
    await asked();
    await configure({ baseUrl: `${vendor.url}/other/v1` });
    assert.equal((await asked())?.state, 'current');
    assert.deepEqual(
      vendor.asked.map(({ path }) => path),
      ['/v1/models', '/other/v1/models'],
    );
    const kept = Object.keys(JSON.parse(await readFile(join(directory, 'models.json'), 'utf8')));
    assert.deepEqual(kept, [`up openai ${vendor.url}/other/v1`]);
  });

  it('that was written by somebody else is asked for anew', async () => {
    await writeFile(join(directory, 'models.json'), '{"up openai x": {"ids": 7}, ');
    discovery = await begin();
    await configure();
    assert.equal((await asked())?.state, 'current');
  });
});

describe('what is served', () => {
  const key = () => `up openai ${vendor.url}/v1`;
  const served = async (models: unknown, found?: readonly string[]) => {
    const instance = { use: 'openai', baseUrl: `${vendor.url}/v1`, models };
    const config = await configOf(instance, {}, found && new Map([[key(), found]]));
    return config.providers[0]?.models;
  };

  it('is the list, as far as it is wanted, and what is named besides', async () => {
    const models = { include: ['gpt-*'], exclude: ['*-audio'], also: [{ id: 'ft:mine', as: 'mine' }] };
    assert.deepEqual(await served(models, ['gpt-5', 'gpt-5-audio', 'whisper']), {
      any: false,
      ids: { 'gpt-5': 'gpt-5', mine: 'ft:mine' },
    });
    assert.deepEqual(await served('discover', ['gpt-5', 'whisper']), {
      any: false,
      ids: { 'gpt-5': 'gpt-5', whisper: 'whisper' },
    });
  });

  it('is what the directory knows until there is a list', async () => {
    const known = await served('discover');
    assert.ok(Object.keys(known?.ids ?? {}).length > 3);
    assert.equal(known?.any, false);
  });
});
