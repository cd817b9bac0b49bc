import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errors } from '../../src/core/errors.ts';

test('every error code has a status a client can be told', () => {
  for (const [code, entry] of Object.entries(errors)) assert.ok(entry.status >= 400 && entry.status < 600, code);
});
