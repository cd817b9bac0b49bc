// A whole gateway that serves requests while its file is edited.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Plan } from '../../src/control/plane.ts';
import type { Running } from '../../src/process/serve.ts';
import { chat, control, gatewayYaml, secret, until, urlOf, Workplace } from './running.ts';

let place: Workplace;
let running: Running;
before(async () => {
  place = await Workplace.make();
  await place.write('gateway.yaml', gatewayYaml());
  running = await place.serve();
});
after(() => place.remove());
beforeEach(async () => {
  await place.write('gateway.yaml', gatewayYaml());
  assert.notEqual((await running.reload()).outcome, 'rejected');
});

describe('an edited file', () => {
  test('is served by itself', async () => {
    const before = running.revision;
    await place.write('gateway.yaml', gatewayYaml({ keys: [{ name: 'new', key: 'sk-another-0123456789' }] }));
    await until(running, (status) => status.revision !== before);
    assert.equal((await chat(running, '', 'sk-another-0123456789')).status, 200);
    assert.equal((await chat(running)).status, 401);
  });

  test('that is bad changes nothing but the status, the log and the metrics', async () => {
    await place.write('gateway.yaml', gatewayYaml({ nonsense: 1 }));
    const status = await until(running, ({ config }) => config.state === 'rejected');
    assert.ok(status.config.last?.issues.some((issue) => issue.severity === 'error' && issue.path === 'nonsense'));
    assert.match(place.output, /not taken, service is as before\n(.*\n)*.*nonsense/);
    assert.match(await (await control(running, 'GET', '/metrics')).text(), /portico_config_last_reload_success 0/);
    assert.equal((await chat(running)).status, 200);
    await place.write('gateway.yaml', gatewayYaml());
    await until(running, ({ config }) => config.state === 'current');
  });

  test('adds, removes and moves listeners', async () => {
    const before = urlOf(running, '/v1/models');
    await place.write(
      'gateway.yaml',
      gatewayYaml({
        listeners: [
          { name: 'api', port: 0 },
          { name: 'two', port: 0 },
        ],
      }),
    );
    assert.equal((await running.reload()).outcome, 'committed');
    assert.equal(urlOf(running, '/v1/models'), before);
    const second = urlOf(running, '/health/live', 1);
    assert.equal((await fetch(second, { headers: { connection: 'close' } })).status, 200);
    await place.write('gateway.yaml', gatewayYaml({ listeners: [{ name: 'api', port: 0 }] }));
    assert.equal((await running.reload()).outcome, 'committed');
    await assert.rejects(fetch(second));
    assert.equal((await chat(running)).status, 200);
  });

  test('changes the number of threads', async () => {
    await place.write('gateway.yaml', gatewayYaml({ threads: 3 }));
    await until(running, ({ threads }) => threads.filter((thread) => thread.state === 'serving').length === 3);
    await place.write('gateway.yaml', gatewayYaml({ threads: 1 }));
    await until(running, ({ threads }) => threads.length === 1);
    assert.equal((await chat(running)).status, 200);
  });

  test('without keys has one made at once, shown once, which goes on working', async () => {
    await place.write('gateway.yaml', gatewayYaml({ keys: [] }));
    assert.equal((await running.reload()).outcome, 'committed');
    const key = /sk-portico-\S+/.exec(place.output)?.[0] ?? '';
    assert.equal((await chat(running, '', key)).status, 200);
    assert.equal((await chat(running)).status, 401);
    await place.write('gateway.yaml', gatewayYaml());
    await running.reload();
    assert.equal((await chat(running, '', key)).status, 401);
    await place.write('gateway.yaml', gatewayYaml({ keys: [], threads: 1 }));
    await running.reload();
    assert.equal((await chat(running, '', key)).status, 200);
    assert.equal(place.output.match(/sk-portico-/g)?.length, 1);
  });
});

describe('the control API', () => {
  test('plans an edit without making it, secrets masked', async () => {
    const text = gatewayYaml({ threads: 1, keys: [{ name: 'test', key: 'sk-planned-0123456789' }] });
    const answer = await (await control(running, 'POST', '/plan', text)).text();
    const plan = JSON.parse(answer);
    assert.equal(plan.valid, true);
    assert.ok(plan.changes.some((change: { path: string }) => change.path === 'threads'));
    assert.ok(!answer.includes('sk-planned') && !answer.includes(secret));
    assert.equal((await running.reload()).outcome, 'unchanged');
    const bad = JSON.parse(await (await control(running, 'POST', '/plan', 'version: 2')).text());
    assert.equal(bad.valid, false);
    assert.ok(bad.issues.length > 0);
  });

  test('plans an edit of several files, and says which nobody would read', async () => {
    const models = (name: string) => `models: [{ name: ${name}, targets: [mock/mock-echo] }]`;
    const { host, port, token } = running.control;
    const answer = await fetch(`http://${host}:${port}/plan`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        files: {
          'gateway.yaml': gatewayYaml({ include: ['models.yaml'] }),
          'models.yaml': models('planned'),
          'lost.yaml': models('lost'),
        },
      }),
    });
    const plan = (await answer.json()) as Plan;
    assert.deepEqual(
      plan.changes.map(({ path, kind }) => `${kind} ${path}`),
      ['added models[planned]'],
    );
    assert.deepEqual(
      plan.issues.filter(({ message }) => message.includes('include')).map(({ severity, file }) => [severity, file]),
      [['warning', join(place.directory, 'lost.yaml')]],
    );
  });

  test('rolls back to an earlier revision', async () => {
    const first = running.revision;
    await place.write('gateway.yaml', gatewayYaml({ threads: 1 }));
    await running.reload();
    assert.notEqual(running.revision, first);
    const answer = await control(running, 'POST', '/rollback', JSON.stringify({ revision: first.slice(0, 8) }));
    assert.equal(answer.status, 200);
    assert.equal(running.revision, first);
    assert.equal(await readFile(place.file, 'utf8'), gatewayYaml());
    assert.equal((await control(running, 'POST', '/rollback', '{"revision":"ffffffffffff"}')).status, 404);
  });

  test('refuses a rollback where the file belongs to git, with what to commit', async () => {
    const first = running.revision;
    await place.write('gateway.yaml', gatewayYaml({ control: { port: 0, config: 'read-only' } }));
    await running.reload();
    const answer = await control(running, 'POST', '/rollback', JSON.stringify({ revision: first }));
    assert.equal(answer.status, 409);
    const text = await answer.text();
    assert.match(JSON.parse(text).diff, /^[-]{3} .*gateway\.yaml/m);
    assert.ok(!text.includes(secret));
    assert.notEqual(running.revision, first);
  });
});
