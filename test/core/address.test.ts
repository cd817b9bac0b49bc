// Addresses and ranges: one spelling for each address, IPv4 and IPv6 apart, mapped addresses as what they are.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { addressRanges, canonicalAddress } from '../../src/core/index.ts';

describe('ranges', () => {
  const cases: [string, string, boolean][] = [
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.1.2.3/8', '10.9.9.9', true],
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.8', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '2001:db8::1', true],
    ['::/0', '10.0.0.1', false],
    ['::/0', '::ffff:10.0.0.1', false],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['2001:DB8:0::1', '2001:db8::1', true],
    ['10.0.0.0/8', '::ffff:10.1.1.1', true],
    ['10.0.0.0/8', '::ffff:a01:101', true],
    ['::ffff:a00:0/104', '10.1.1.1', true],
    ['::ffff:a00:0/104', '11.1.1.1', false],
    ['fe80::/10', 'fe80::1%eth0', true],
  ];
  for (const [range, address, inside] of cases) {
    test(`${address} is ${inside ? '' : 'not '}in ${range}`, () => {
      assert.equal(addressRanges([range])(canonicalAddress(address) ?? ''), inside);
    });
  }

  test('every address is in its own ranges of any length, however it is mapped', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV6(), fc.nat(32), fc.nat(128), (four, six, short, long) => {
        assert.ok(addressRanges([`${four}/${short}`])(canonicalAddress(`::ffff:${four}`) ?? ''));
        const address = canonicalAddress(six) ?? '';
        const bits = address.includes(':') ? long : Math.max(long, 96);
        assert.ok(addressRanges([`${six}/${bits}`])(address), `${six}/${bits}`);
      }),
      { numRuns: 300 },
    );
  });
});

test('what is neither an address nor a range is named', () => {
  assert.throws(() => addressRanges(['nonsense/8']), /"nonsense\/8" is neither/);
  assert.throws(() => addressRanges(['::ffff:a00:0/64']), /"::ffff:a00:0\/64" is not a range/);
  assert.equal(addressRanges(['::/0', '0.0.0.0/0'])(''), false);
});
