// The control API over real HTTP: who may ask what, and what the answers look like.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { controlApp } from '../../src/control/app.ts';
import { ControlListener } from '../../src/control/listener.ts';
import { LogTail } from '../../src/control/logs/tail.ts';
import type { ControlPlane, Rollback } from '../../src/control/plane.ts';
import { configOf } from '../process/config.ts';
import { committed, planeOf } from './plane-of.ts';

const token = 'a'.repeat(43);

const tail = new LogTail((line) => line.message);
let plane: ControlPlane;
let changes: { -readonly [Name in keyof ControlPlane]?: ControlPlane[Name] };
let listener: ControlListener;
let errors: unknown[];

beforeEach(async () => {
  changes = {};
  errors = [];
  const usual = planeOf(token, tail);
  plane = new Proxy(usual, { get: (target, name: keyof ControlPlane) => changes[name] ?? target[name] });
  listener = new ControlListener(controlApp(plane, (error) => errors.push(error)));
  await listener.prepare({ host: '127.0.0.1', port: 0 });
  listener.commit();
});
afterEach(() => listener.close());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** `fetch` may not set Host; this may. */
function ask(method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const port = listener.address?.port;
  const sent = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() });
    });
  });
  sent.on('error', reject);
  sent.end(body);
  return promise;
}

const bearer = { authorization: `Bearer ${token}` };
const codeOf = (answer: Answer): unknown => JSON.parse(answer.text).error.code;

describe('the token', () => {
  const guarded = [
    ['GET', '/status'],
    ['GET', '/history'],
    ['GET', '/ports'],
    ['GET', '/stats'],
    ['GET', '/accounts'],
    ['POST', '/accounts/reset'],
    ['POST', '/accounts/up/main/reset'],
    ['POST', '/accounts/up/main/refresh'],
    ['GET', '/logs'],
    ['POST', '/reload'],
    ['POST', '/plan'],
    ['POST', '/rollback'],
    ['GET', '/nothing-here'],
  ] as const;
  for (const [method, path] of guarded) {
    test(`is needed for ${method} ${path}`, async () => {
      const wrong: Record<string, string>[] = [{}, { authorization: 'Bearer wrong' }, { authorization: token }];
      for (const headers of wrong) {
        const answer = await ask(method, path, headers);
        assert.equal(answer.status, 401);
        assert.equal(codeOf(answer), 'missing-token');
        assert.match(String(answer.headers['www-authenticate']), /^Bearer/);
      }
    });
  }

  test('may be that of the state directory or the configured one', async () => {
    assert.equal((await ask('GET', '/status', bearer)).status, 200);
    assert.equal((await ask('GET', '/status', { authorization: 'bearer configured-token-0123' })).status, 200);
  });

  test('is not needed for health, and by setting not for metrics', async () => {
    for (const path of ['/health', '/health/live', '/health/ready', '/metrics']) {
      assert.equal((await ask('GET', path)).status, 200, path);
    }
    changes.settings = () => ({ ...configOf('r1').control, metrics: 'token' });
    assert.equal((await ask('GET', '/metrics')).status, 401);
    assert.equal((await ask('GET', '/metrics', bearer)).text, 'portico_requests_total 1\n');
  });
});

describe('the Host header', () => {
  test('of a foreign page is refused, without the token', async () => {
    for (const host of ['evil.example', 'evil.example:8318', 'localhost.evil.example', '127.0.0.1.evil.example']) {
      const answer = await ask('GET', '/metrics', { host });
      assert.equal(answer.status, 421, host);
      assert.equal(codeOf(answer), 'host-not-allowed');
    }
    assert.equal((await ask('GET', '/metrics', { host: 'portico.internal', ...bearer })).status, 200);
  });

  test('may be an address, localhost or the host that is bound', async () => {
    changes.settings = () => ({ ...configOf('r1').control, host: 'gateway.internal' });
    for (const host of [
      'localhost',
      'LOCALHOST:1',
      '127.0.0.1:8318',
      '10.1.2.3',
      '[::1]:8318',
      'gateway.internal:8318',
    ]) {
      assert.equal((await ask('GET', '/health', { host })).status, 200, host);
    }
  });
});

describe('resources', () => {
  test('readiness is 503 with the reasons; plain health says degraded', async () => {
    changes.unready = () => ['the gateway is shutting down'];
    const reasons = ['the gateway is shutting down'];
    for (const [path, status, word] of [
      ['/health/ready', 503, 'unavailable'],
      ['/health', 200, 'degraded'],
    ] as const) {
      const answer = await ask('GET', path);
      assert.equal(answer.status, status);
      const more = path === '/health' ? { authenticated: true } : {};
      assert.deepEqual(JSON.parse(answer.text), { status: word, ...more, reasons });
    }
    assert.equal((await ask('GET', '/health/live')).status, 200);
  });

  test('status, history, ports and plan answer with what the process says', async () => {
    assert.equal(JSON.parse((await ask('GET', '/status', bearer)).text).revision, 'r1');
    assert.equal(JSON.parse((await ask('GET', '/history', bearer)).text).revisions[0].revision, 'r1');
    assert.equal(JSON.parse((await ask('GET', '/ports', bearer)).text).ports[0].state, 'bound');
  });

  test('a plan takes the main file, or several by their path', async () => {
    const json = { ...bearer, 'content-type': 'application/json; charset=utf-8' };
    const planned = async (body: string, headers: Record<string, string> = json) =>
      JSON.parse(JSON.parse((await ask('POST', '/plan', headers, body)).text).revision);
    assert.deepEqual(await planned('version: 1', bearer), { '': 'version: 1' });
    assert.deepEqual(await planned('{"version": 1}'), { '': '{"version": 1}' });
    const files = { 'gateway.yaml': 'version: 1', 'conf.d/old.yaml': null };
    assert.deepEqual(await planned(JSON.stringify({ files })), files);
    for (const wrong of [[], {}, null, { a: 1 }, { '': 'version: 1' }]) {
      const answer = await ask('POST', '/plan', json, JSON.stringify({ files: wrong }));
      assert.deepEqual([answer.status, codeOf(answer)], [400, 'invalid-request'], JSON.stringify(wrong));
    }
    assert.equal(codeOf(await ask('POST', '/plan', json, '{')), 'invalid-json');
  });

  test('a reload that was not taken is 422', async () => {
    assert.equal((await ask('POST', '/reload', bearer)).status, 200);
    changes.reload = async () => ({ ...committed, outcome: 'rejected' });
    assert.equal((await ask('POST', '/reload', bearer)).status, 422);
  });

  test('a rollback answers with the revision, or why not', async () => {
    const body = JSON.stringify({ revision: 'abc' });
    assert.equal(JSON.parse((await ask('POST', '/rollback', bearer, body)).text).revision, 'abc');
    const refusals: [Rollback, number][] = [
      [{ done: false, why: 'unknown', message: 'm' }, 404],
      [{ done: false, why: 'invalid', message: 'm' }, 422],
      [{ done: false, why: 'not-served', message: 'm' }, 422],
      [{ done: false, why: 'read-only', message: 'm', changes: [], diff: '--- a\n' }, 409],
    ];
    for (const [refusal, status] of refusals) {
      changes.rollback = async () => refusal;
      const answer = await ask('POST', '/rollback', bearer, body);
      assert.equal(answer.status, status);
      assert.equal(codeOf(answer), refusal.done ? '' : refusal.why);
    }
    changes.rollback = async () => refusals[3]?.[0] ?? assert.fail();
    assert.equal(JSON.parse((await ask('POST', '/rollback', bearer, body)).text).diff, '--- a\n');
  });

  test('accounts are taken back one by one, for one model, or all', async () => {
    const asked: unknown[] = [];
    changes.resetAccounts = (name) => {
      asked.push(name);
      return name?.account === 'nobody' ? undefined : 2;
    };
    const reset = (path: string) => ask('POST', `/accounts/${path}`, bearer);
    assert.equal((await reset('reset')).text, '{"reset":2}');
    assert.equal((await reset('up/a%2Fb/reset')).status, 200);
    assert.equal((await reset('up/main/reset?model=x%2Fy')).status, 200);
    assert.equal((await reset('up/main/reset?model=x&model=y')).status, 400);
    assert.equal(codeOf(await reset('up/nobody/reset')), 'unknown-account');
    const [all, , forModel] = asked;
    assert.deepEqual(all, undefined);
    assert.deepEqual(asked[1], { provider: 'up', account: 'a/b', model: undefined });
    assert.deepEqual(forModel, { provider: 'up', account: 'main', model: 'x/y' });
  });

  test('lines of the log are chosen by words that are known', async () => {
    const ask400 = async (query: string) => (await ask('GET', `/logs?${query}`, bearer)).status;
    for (const query of [
      'level=loud',
      'kind=all',
      'format=xml',
      'n=-1',
      'n=x',
      'n=1&n=2',
      'follow=maybe',
      'level=info&level=warn',
    ]) {
      assert.equal(await ask400(query), 400, query);
    }
    assert.deepEqual(JSON.parse((await ask('GET', '/logs?n=0', bearer)).text), { run: 'run', lines: [] });
  });

  test('so many readers may follow the log, and no more; one that leaves makes room', async () => {
    const { port } = listener.address ?? assert.fail();
    const open = (signal?: AbortSignal) =>
      fetch(`http://127.0.0.1:${port}/logs?follow=true`, {
        headers: bearer,
        ...(signal === undefined ? {} : { signal }),
      });
    const leaving = new AbortController();
    await open(leaving.signal);
    await Promise.all(Array.from({ length: 15 }, () => open()));
    assert.equal((await open()).status, 503);
    leaving.abort();
    let again = await open();
    while (again.status === 503) again = await open();
    assert.equal(again.status, 200);
  });

  test('bad bodies are refused', async () => {
    for (const body of ['', '{', '[]', '{"revision": 1}', '{"revision": ""}', '{"__proto__": {"revision": "x"}}']) {
      assert.equal((await ask('POST', '/rollback', bearer, body)).status, 400, body);
    }
    assert.equal((await ask('POST', '/plan', bearer, 'x'.repeat(5 * 1024 * 1024))).status, 413);
  });

  test('unknown paths and methods get JSON errors', async () => {
    assert.equal(codeOf(await ask('GET', '/nothing', bearer)), 'unknown-path');
    assert.equal(codeOf(await ask('DELETE', '/status', bearer)), 'method-not-allowed');
  });

  test('what fails inside is told to the log, not to the caller', async () => {
    changes.status = () => {
      throw new Error('the secret reason');
    };
    const answer = await ask('GET', '/status', bearer);
    assert.equal(answer.status, 500);
    assert.ok(!answer.text.includes('secret'));
    assert.equal(errors.length, 1);
  });
});

test('before the first configuration is served health says so and all else waits; nothing of it is an error', async () => {
  changes.settings = () => undefined;
  changes.unready = () => ['no configuration is served yet'];
  assert.equal((await ask('GET', '/health/live')).status, 200);
  assert.equal((await ask('GET', '/health/ready')).status, 503);
  for (const path of ['/metrics', '/status']) {
    const answer = await ask('GET', path, { authorization: `Bearer ${token}` });
    assert.deepEqual([answer.status, JSON.parse(answer.text).error.code], [503, 'not-ready'], path);
  }
  assert.deepEqual(errors, []);
});
