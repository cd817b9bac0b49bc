// A process that was killed between writing and renaming leaves a file with secrets: the next write of that account removes it.
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { removeLeftovers } from '../../src/accounts/file/remove-leftovers.ts';
import { directory } from '../config/directory.ts';

test('what was left of one file, and nothing else', async (context) => {
  const home = directory(context);
  const others = [
    '.ada.json.lock',
    '.ada.json.refresh.lock',
    '.bob.json.0123456789ab',
    'ada.json',
    'ada.json.0123456789ab',
  ];
  for (const name of [...others, '.ada.json.0123456789ab', '.ada.json.ba9876543210'])
    writeFileSync(join(home, name), '{}');
  const file = join(home, 'ada.json');
  await removeLeftovers(file);
  assert.equal(readdirSync(home).length, 7, 'somebody may be at them');
  await removeLeftovers(file, 0);
  assert.deepEqual(readdirSync(home), others);
  await removeLeftovers(join(home, 'nowhere/ada.json'), 0);
});
