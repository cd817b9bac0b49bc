// On a Node that is too old the command says so: nothing that such a Node cannot link may be imported before the check.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/cli/locate.ts';

test('the version of Node is looked at before anything else is linked', async () => {
  const imports = async (file: string) => {
    const text = await readFile(join(packageRoot, 'bin', file), 'utf8');
    return [...text.matchAll(/^import\b.*$/gm)].map(([line]) => line);
  };
  assert.deepEqual(await imports('portico.js'), ["import './runtime.js';"]);
  assert.deepEqual(await imports('runtime.js'), []);
});
