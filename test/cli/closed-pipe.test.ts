// Output that nobody reads any more, as with `| head`: a command ends, without a word about it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { packageRoot } from '../../src/cli/locate.ts';

test('a command whose reader has left just ends', async () => {
  const child = spawn(process.execPath, [`${packageRoot}/bin/portico.js`, 'config', 'schema'], { stdio: 'pipe' });
  child.stdout.destroy();
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  assert.deepEqual([said, code], ['', 0]);
});
