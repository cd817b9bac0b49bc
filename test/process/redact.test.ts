// Secrets in text are masked: those of the configuration always, tokens that were long after they are over, and neither takes
// longer for there being thousands.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { Redactor } from '../../src/process/logging/redact.ts';

/** Like a JWT: they all begin alike. */
function token(number: number): string {
  return `eyJhbGciOiJSUzI1NiJ9.${hash('sha256', String(number), 'hex').repeat(20)}`;
}

test('whatever stands around them, and wherever they touch', () => {
  const text = fc.stringMatching(/^[ab.{"\\]{0,12}$/);
  const secrets = fc.array(fc.stringMatching(/^[ab"\\]{6,10}$/), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(secrets, text, text, (all, before, after) => {
      const redactor = new Redactor();
      redactor.add(all);
      for (const secret of all) {
        const cleaned = redactor.clean(`${before}${secret}${after}`);
        assert.match(cleaned, /\*\*\*/);
        assert.equal(redactor.clean(JSON.stringify({ secret })).includes(secret), false);
      }
      assert.equal(redactor.clean('nothing of it'), 'nothing of it');
    }),
    { numRuns: 200 },
  );
});

test('as whoever looked at every place for every secret would do it', () => {
  const letters = fc.constantFrom('a', 'b', 'c', 'é', '"', '7');
  const secret = fc.array(letters, { minLength: 6, maxLength: 9 }).map((all) => all.join(''));
  const pieces = fc.array(fc.oneof(letters, secret), { maxLength: 30 });
  const secrets = fc.array(secret, { maxLength: 6 });
  fc.assert(
    fc.property(secrets, pieces, (all, said) => {
      const redactor = new Redactor();
      redactor.add(all);
      const text = [...said, ...all].join('');
      const forms = all.flatMap((one) => [one, JSON.stringify(one).slice(1, -1)]);
      assert.equal(redactor.clean(text), cleanedSlowly(text, forms));
    }),
    { numRuns: 500 },
  );
});

function cleanedSlowly(text: string, secrets: readonly string[]): string {
  const longestFirst = secrets.toSorted((one, other) => other.length - one.length);
  let cleaned = '';
  for (let at = 0; at < text.length; ) {
    const found = longestFirst.find((secret) => text.startsWith(secret, at));
    cleaned += found === undefined ? text[at] : '***';
    at += found?.length ?? 1;
  }
  return cleaned;
}

test('the longest that fits is taken out, and all of them', () => {
  const redactor = new Redactor();
  redactor.add(['secret', 'secret-longer', 'tiny', 'other$&one']);
  assert.equal(redactor.clean('secret-longer secretsecret tiny other$&one'), '*** ****** tiny ***');
});

test('tokens by the ten thousand are masked, and the oldest of them forgotten; those of the configuration never', () => {
  const redactor = new Redactor();
  const secrets = ['sk-of-the-configuration', token(-1)];
  redactor.keep('configuration', secrets);
  for (let number = 0; number < 12_000; number += 1) redactor.add([token(number)]);
  for (const secret of [...secrets, token(2_000), token(11_999)]) assert.equal(redactor.clean(`<${secret}>`), '<***>');
  assert.equal(redactor.clean(token(1_999)), token(1_999), 'memory is bounded');
  redactor.keep('configuration', ['sk-of-the-next']);
  assert.equal(redactor.clean(`${secrets[0]} sk-of-the-next`), '*** ***', 'who began with it may still speak');
});

test('one more of three thousand, and the next line, cost next to nothing', () => {
  const redactor = new Redactor();
  redactor.add(Array.from({ length: 3_000 }, (_, number) => token(number)));
  const before = process.cpuUsage().user;
  for (let number = 3_000; number < 3_100; number += 1) {
    redactor.add([token(number)]);
    assert.equal(redactor.clean(`signed in with ${token(number)}`), 'signed in with ***');
  }
  // It took more than a second for each of them once.
  assert.ok(process.cpuUsage().user - before < 2_000_000, `${process.cpuUsage().user - before} us`);
});
