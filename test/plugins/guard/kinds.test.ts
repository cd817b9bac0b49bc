// What the built-in kinds find, and what only looks like it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { KindName } from '../../../plugins/guard/rules/kinds.ts';
import { passed } from '../../../plugins/guard/text/passage.ts';
import { ignore, ruleOf, rulesOf } from './rules.ts';

const x = '[redacted]';

function said(kind: KindName, text: string): string {
  return passed(text, rulesOf([{ name: 'it', kind }]), ignore);
}

const found: readonly (readonly [KindName, string, string])[] = [
  ['email', 'write to Ann.Lee+x@mail.example.com, please', `write to ${x}, please`],
  ['email', '<a@b.co>', `<${x}>`],
  ['phone', 'call +49 30 901820 or (212) 555-0123 or 212-555-0123', `call ${x} or ${x} or ${x}`],
  ['credit-card', '4111 1111 1111 1111 and 4111111111111111, amex 3782-822463-10005', `${x} and ${x}, amex ${x}`],
  ['credit-card', '1234 4111 1111 1111 1111', `1234 ${x}`],
  ['iban', 'IBAN DE89 3704 0044 0532 0130 00 THANKS', `IBAN ${x} THANKS`],
  ['iban', 'BE68539007547034 or BE68 5390 0754 7034 PAY', `${x} or ${x} PAY`],
  ['ipv4', 'at 192.168.0.1.', `at ${x}.`],
  ['ipv6', 'at fe80::1ff:fe23:4567:890a: yes, ::1 and ::ffff:10.0.0.1', `at ${x}: yes, ${x} and ${x}`],
  ['us-ssn', 'SSN 123-45-6789.', `SSN ${x}.`],
  ['api-key', `key sk-${'a1'.repeat(12)}, AKIAIOSFODNN7EXAMPLE; ghp_${'x'.repeat(36)}`, `key ${x}, ${x}; ${x}`],
];

const passing: readonly (readonly [KindName, string])[] = [
  ['email', 'at @home, a@b and user@localhost'],
  ['phone', 'in 2024, 12-34, 1.234.567'],
  ['credit-card', '4111 1111 1111 1112, 0000 0000 0000 0000, 12345678901234567890123'],
  ['iban', 'DE88 3704 0044 0532 0130 00, XX89 3704 0044 0532, DE89 3704'],
  ['ipv4', '256.1.1.1 and 1.2.3'],
  ['ipv6', 'std::vector<a::b>, x::y, 12:30:45, ::, dead::beefy1'],
  ['us-ssn', '000-12-3456, 666-12-3456, 900-12-3456, 123-00-4567, 123-45-0000'],
  ['api-key', 'sk-short, task-force-of-the-century-and-more, AKIA'],
];

describe('a built-in kind', () => {
  for (const [kind, text, told] of found) test(`${kind} finds: ${text}`, () => assert.equal(said(kind, text), told));
  for (const [kind, text] of passing) test(`${kind} lets pass: ${text}`, () => assert.equal(said(kind, text), text));
});

test('patterns that are not RE2, too large, or match nothing at all are refused', () => {
  for (const [pattern, why] of [
    ['(?=a)b', /rule "it"/],
    ['(?<=a)b', /rule "it"/],
    ['(a', /rule "it"/],
    ['(a)\\1', /rule "it"/],
    ['(.?a){1000}', /too large/],
    ['a*', /where nothing is/],
  ] as const) {
    assert.throws(() => ruleOf({ name: 'it', pattern }), why, pattern);
  }
});

test('long texts cost linear time, whatever nearly matches in them', () => {
  const rules = rulesOf(
    (['email', 'phone', 'credit-card', 'iban', 'ipv4', 'ipv6', 'us-ssn', 'api-key'] as const).map((kind) => ({
      name: kind,
      kind,
    })),
  );
  for (const piece of ['4111 1111 1111 1112 ', 'a.b-', 'f:', '+1 ', 'DE88 3704 0044 0532 ', '1.1.1.']) {
    const started = performance.now();
    passed(piece.repeat(60_000 / piece.length), rules, ignore);
    const ms = performance.now() - started;
    assert.ok(ms < 3000, `${piece}: ${ms} ms`);
  }
});
