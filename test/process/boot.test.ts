// What a gateway starts with: the file, or the last good revision, or nothing and a reason.
import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { StartError } from '../../src/process/serve.ts';
import { control, fakeThread, plainYaml, until, Workplace } from './running.ts';

let place: Workplace;
beforeEach(async () => {
  place = await Workplace.make();
  await place.write('gateway.yaml', plainYaml());
});
afterEach(() => place.remove());

const start = () => place.serve(fakeThread);

test('a start says where it listens and leaves an address for the commands, until the stop', async () => {
  const running = await start();
  const run = JSON.parse(await readFile(join(place.state, 'run.json'), 'utf8'));
  assert.deepEqual(run, { pid: process.pid, control: { host: running.control.host, port: running.control.port } });
  assert.match(place.output, /listening, api: http:\/\/127\.0\.0\.1:\d+/);
  assert.match(place.output, /listening, control: http:\/\/127\.0\.0\.1:\d+/);
  assert.equal((await control(running, 'GET', '/health/ready')).status, 200);
  await running.stop();
  await assert.rejects(stat(join(place.state, 'run.json')), { code: 'ENOENT' });
  await assert.rejects(control(running, 'GET', '/health/live'));
});

test('a bad file: the last good revision serves, loudly, until the file is good again', async () => {
  const first = await start();
  const { revision } = first;
  await first.stop();
  await place.write('gateway.yaml', 'version: 1\nlistners: []\n');
  place.output = '';
  const second = await start();
  assert.equal(second.revision, revision);
  assert.equal(second.status().config.state, 'last-good');
  assert.match(place.output, new RegExp(`error .*serving revision ${revision}, the last that was good\n.*listners`));
  await place.write('gateway.yaml', plainYaml({ threads: 2 }));
  await until(second, (status) => status.config.state === 'current' && status.revision !== revision);
});

test('a bad file and no history: everything that is wrong, at once, and the state directory is free again', async () => {
  await place.write('gateway.yaml', 'version: 1\nlistners: []\nthreads: 0\n');
  await assert.rejects(start(), (error: unknown) => {
    assert.ok(error instanceof StartError);
    assert.match(error.message, /listners/);
    assert.match(error.message, /threads/);
    return true;
  });
  await place.write('gateway.yaml', plainYaml());
  await start();
});

test('the last good revision of another file is no substitute', async () => {
  const first = await start();
  await first.stop();
  await place.write('other.yaml', 'version: 1\nlistners: []\n');
  await assert.rejects(place.serve({ ...fakeThread, file: join(place.directory, 'other.yaml') }), StartError);
});

test('a state directory that is in use is refused', async () => {
  await start();
  await assert.rejects(start(), /Another gateway .* runs from/);
});

test('a control port that is taken: naming it', async () => {
  const first = await start();
  await place.write('gateway.yaml', plainYaml({ control: { port: first.control.port } }));
  await assert.rejects(
    place.serve({ ...fakeThread, stateDirectory: join(place.directory, 'other') }),
    /control: cannot bind 127\.0\.0\.1:\d+: another program listens there/,
  );
});

test('no usable account: it serves, but is not ready, and says why', async () => {
  const providers = [
    {
      name: 'up',
      use: 'openai-compatible',
      baseUrl: 'http://127.0.0.1:9/v1',
      accounts: [{ name: 'main', enabled: false }],
    },
  ];
  await place.write('gateway.yaml', plainYaml({ providers }));
  const running = await start();
  const answer = await control(running, 'GET', '/health/ready');
  assert.equal(answer.status, 503);
  assert.match(await answer.text(), /no account is usable \(up\/main: /);
});
