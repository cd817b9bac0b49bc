// What of a file is news to who keeps tokens in memory.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeptTokens } from '../../src/accounts/keep/kept-tokens.ts';

const set = (name: string, expiresAt?: number) => ({
  accessToken: `acc-${name}`,
  refreshToken: `ref-${name}`,
  idToken: undefined,
  expiresAt,
});

test('new tokens are news once; those that were replaced never are again', () => {
  const kept = new KeptTokens(set('one'));
  assert.deepEqual([kept.found(set('one')), kept.found(set('two')), kept.found(set('two'))], [false, true, false]);
  assert.equal(kept.found(set('one')), false);
  assert.deepEqual(kept.now, set('two'));
});

test('own tokens that are read back before one knows that they were written are no news', () => {
  const kept = new KeptTokens(set('one'));
  kept.minted(set('two'));
  assert.equal(kept.found(set('two')), false);
  kept.written();
  assert.equal(kept.found(set('two')), false);
  assert.equal(kept.found(set('three')), true);
});

test('an end that is told otherwise is no news while the token is the same', () => {
  const kept = new KeptTokens(set('one', 1));
  assert.equal(kept.found(set('one', 2)), false);
});
