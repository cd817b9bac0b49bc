// Accounts that are put aside are there after closing and opening; what is over is pruned.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AsideEntry } from '../../src/ledger/health/change.ts';
import { openStore } from '../../src/store/store.ts';

function entry(id: string, until: number, level = 1): AsideEntry {
  const aside = { cause: 'rate-limit', scope: 'model', status: 429, until, since: 1, level } as const;
  return { id, accountId: 'a', provider: 'up', account: 'main', model: 'large', aside };
}

test('rows are written over, taken out and pruned, all or none, and read back', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'portico-aside-'));
  t.after(() => rm(directory, { recursive: true }));
  const path = join(directory, 'portico.db');
  const first = await openStore({ kind: 'sqlite', path });
  const many = Array.from({ length: 1_200 }, (_, index) => [`m${index}`, entry(`m${index}`, 900)] as const);
  await first.aside.write(
    new Map([['a', entry('a', 1_000)], ['b', entry('b', 2_000)], ['c', entry('c', 3_000)], ...many]),
    0,
  );
  assert.equal((await first.aside.read(0)).length, 1_203);
  await first.aside.write(
    new Map([
      ['a', entry('a', 4_000, 2)],
      ['b', undefined],
    ]),
    1_000,
  );
  await first.close();
  const second = await openStore({ kind: 'sqlite', path });
  assert.deepEqual(await second.aside.read(0), [entry('a', 4_000, 2), entry('c', 3_000)]);
  assert.deepEqual(await second.aside.read(3_001), [entry('a', 4_000, 2)]);
  await second.close();
});
