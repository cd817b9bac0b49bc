// The store in a gateway: opened before it serves, said where it is, a bad one keeps it from starting.
import assert from 'node:assert/strict';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fakeThread, plainYaml, Workplace } from './running.ts';

let place: Workplace;
beforeEach(async () => {
  place = await Workplace.make();
});
afterEach(() => place.remove());

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

test('without a setting it is in the state directory, and closed when the gateway stops', async () => {
  await place.write('gateway.yaml', plainYaml());
  const running = await place.serve(fakeThread);
  const path = join(place.state, 'portico.db');
  const { store } = running.status();
  assert.deepEqual([store?.kind, store?.path, store?.error, store?.restart], ['sqlite', path, undefined, false]);
  assert.ok(await exists(path));
  await running.stop();
  assert.equal(await exists(`${path}-wal`), false);
});

test('a path is relative to the file; changing it is for the next start', async () => {
  await place.write('gateway.yaml', plainYaml({ store: { path: './data/one.db' } }));
  const running = await place.serve(fakeThread);
  assert.equal(running.status().store?.path, join(place.directory, 'data/one.db'));
  await place.write('gateway.yaml', plainYaml({ store: { path: './data/two.db' } }));
  assert.notEqual((await running.reload()).outcome, 'rejected');
  const { store } = running.status();
  assert.deepEqual([store?.path, store?.restart], [join(place.directory, 'data/one.db'), true]);
  assert.equal(await exists(join(place.directory, 'data/two.db')), false);
  assert.match(place.output, /warn +store +\S+one\.db stays in use; \S+two\.db is for the next start/);
  await running.stop();
  const next = await place.serve(fakeThread);
  assert.equal(next.status().store?.path, join(place.directory, 'data/two.db'));
});

test('a damaged database keeps the gateway from starting, with the remedy', async () => {
  await mkdir(place.state, { recursive: true });
  await writeFile(join(place.state, 'portico.db'), Buffer.alloc(8192, 'noise '));
  await place.write('gateway.yaml', plainYaml());
  await assert.rejects(place.serve(fakeThread), /store: the database .*portico\.db is not a database .*move it away/);
});

test('two gateways do not share one', async () => {
  await place.write('gateway.yaml', plainYaml({ store: { path: './shared.db' } }));
  await place.serve(fakeThread);
  const second = place.serve({ ...fakeThread, stateDirectory: join(place.directory, 'other-state') });
  await assert.rejects(second, /store: the database .*shared\.db is in use by another gateway\. Stop it/);
});
