// docs/errors.md and the table of errors say the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errors } from '../../src/core/errors.ts';
import { read } from './tree.ts';

test('docs/errors.md lists every code once, with its status, in the order of the table', () => {
  const rows = [...read('docs/errors.md').matchAll(/^\| `([a-z0-9-]+)` \| (\d{3}) \|/gm)];
  const documented = rows.map(([, code, status]) => `${code} ${status}`);
  assert.deepEqual(
    documented,
    Object.entries(errors).map(([code, entry]) => `${code} ${entry.status}`),
  );
});
