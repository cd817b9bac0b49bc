// Stars stand for any text; no pattern and no text take long.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { wildcard } from '../../src/core/index.ts';

test('a pattern matches what the same regular expression matches', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\n', '$'), maxLength: 10 });
  const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '\n', '$'), maxLength: 7 });
  fc.assert(
    fc.property(patterns, letters, (pattern, text) => {
      const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
      assert.equal(wildcard(pattern)(text), new RegExp(`^${parts.join('.*')}$`, 's').test(text));
    }),
    { numRuns: 5000 },
  );
});

test('what stands in two places at once counts once', () => {
  assert.ok(!wildcard('ab*ba')('aba'));
  assert.ok(wildcard('ab*ba')('abba'));
  assert.ok(!wildcard('*a*a')('a'));
  assert.ok(wildcard('**')(''));
});

test('a long text that nearly matches many stars takes no time', () => {
  const matches = wildcard('*a*a*a*a*a*b');
  const started = performance.now();
  assert.ok(!matches('a'.repeat(100_000)));
  assert.ok(performance.now() - started < 100);
});
