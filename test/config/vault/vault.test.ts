// A vault: what is sealed comes back, tells nothing, and is refused once a bit of it is another.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newKey, readKey, type VaultKey } from '../../../src/config/credentials/vault/key.ts';
import { VaultError, type VaultProblem } from '../../../src/config/credentials/vault/sealed.ts';
import { noVault, openVault, type Vault } from '../../../src/config/credentials/vault/vault.ts';

function keyOf(text: string): VaultKey {
  const key = readKey(text);
  assert.ok(typeof key !== 'string', String(key));
  return key;
}

const one = keyOf(newKey());
const two = keyOf(newKey());
const vault = openVault(one, []);

async function problemOf(from: Vault, text: string): Promise<VaultProblem | undefined> {
  const error: unknown = await from.open(text).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) return undefined;
  assert.ok(error instanceof VaultError, String(error));
  return error.problem;
}

test('any text comes back as it was, and two seals of it are two', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 400 }), async (text) => {
      const [sealed, again] = [await vault.seal(text), await vault.seal(text)];
      assert.equal(await vault.open(sealed), text);
      assert.notEqual(sealed, again);
    }),
    { numRuns: 60 },
  );
});

test('nothing of the account stands in the sealed text: a version, the id of the key, and what only the key opens', async () => {
  const text = JSON.stringify({ provider: 'acme', email: 'ada@example.com', refreshToken: 'ref-0123456789' });
  const sealed = await vault.seal(text);
  const value: Record<string, unknown> = JSON.parse(sealed);
  assert.deepEqual(Object.keys(value), ['vault', 'kid', 'jwe']);
  assert.deepEqual([value.vault, value.kid], [1, one.id]);
  const parts = String(value.jwe).split('.');
  assert.equal(parts.length, 5);
  const header = JSON.parse(Buffer.from(parts[0] ?? '', 'base64url').toString());
  assert.deepEqual(header, { alg: 'dir', enc: 'A256GCM', kid: one.id });
  const all = sealed + parts.map((part) => Buffer.from(part, 'base64url').toString('latin1')).join('');
  for (const word of ['acme', 'ada', 'example', 'ref-', 'refreshToken']) assert.ok(!all.includes(word), word);
});

test('a sealed text of which any character is another is refused, or says the same; it never says something else', async () => {
  const text = JSON.stringify({ provider: 'acme', refreshToken: 'ref-0123456789', note: 'x' });
  const sealed = await vault.seal(text);
  const change = fc.tuple(fc.nat(sealed.length - 1), fc.constantFrom(...'AZaz09-_.{}":, \n\\01234567+/=é'));
  await fc.assert(
    fc.asyncProperty(change, async ([at, character]) => {
      fc.pre(sealed[at] !== character);
      const other = sealed.slice(0, at) + character + sealed.slice(at + 1);
      const opened = await vault.open(other).catch((thrown: unknown) => thrown);
      if (opened instanceof VaultError) return;
      // White space of the JSON around it; or no JSON any more, which whoever parses it refuses.
      if (opened !== text) assert.throws(() => JSON.parse(String(opened)), other);
    }),
    { numRuns: 1500 },
  );
});

test('every bit of what is encrypted counts, those that decoders skip too', async () => {
  const sealed = JSON.parse(await vault.seal('{"a":1}'));
  const jwe: string = sealed.jwe;
  for (let at = 0; at < jwe.length; at += 1) {
    for (const character of ['A', 'B', 'z', '_']) {
      if (jwe[at] === character) continue;
      const changed = { ...sealed, jwe: jwe.slice(0, at) + character + jwe.slice(at + 1) };
      assert.equal(await problemOf(vault, JSON.stringify(changed)), 'tampered', `${at} ${character}`);
    }
  }
});

test('the wrong key is told apart from what was changed, with the ids of the keys', async () => {
  const sealed = await vault.seal('{"a":1}');
  await assert.rejects(openVault(two, []).open(sealed), (error: VaultError) => {
    assert.equal(error.problem, 'wrong-key');
    assert.match(error.message, new RegExp(`sealed with the key ${one.id}, and accounts.vault has ${two.id}`));
    assert.match(error.message, /accounts\.vault\.previous/);
    return true;
  });
  const other = JSON.stringify({ ...JSON.parse(sealed), kid: two.id });
  assert.equal(await problemOf(openVault(two, [one]), other), 'tampered', 'its id was exchanged');
  assert.equal(await problemOf(noVault, sealed), 'no-vault');
});

test('previous keys open and do not seal', async () => {
  const both = openVault(two, [one]);
  assert.deepEqual(both.keys, [two.id, one.id]);
  assert.equal(await both.open(await vault.seal('{"a":1}')), '{"a":1}');
  assert.equal(JSON.parse(await both.seal('{}')).kid, two.id);
});

test('what is plain is left as it is, and what is nearly sealed is not taken for plain', async () => {
  for (const text of [
    '',
    '{',
    '[]',
    '{"vault": "acme", "apiKey": "k"}',
    '[{"vault": 1}]',
    'null',
    '{"note": "\\"jwe\\": 1"}',
  ]) {
    assert.equal(await vault.open(text), text);
    assert.equal(await noVault.open(text), text);
  }
  assert.equal(await noVault.seal('x'), 'x');
  const sealed = JSON.parse(await vault.seal('{}'));
  const { vault: _, ...unversioned } = sealed;
  const damaged = [
    { ...sealed, vault: 2 },
    { ...sealed, vault: '1' },
    { ...sealed, kid: 'x' },
    { ...sealed, jwe: 1 },
    { ...sealed, priority: 5 },
    unversioned,
  ];
  for (const value of damaged)
    assert.equal(await problemOf(vault, JSON.stringify(value)), 'damaged', JSON.stringify(value));
  for (const jwe of ['', '....', 'a.b.c.d.e', `${sealed.jwe}.`, sealed.jwe.split('.').slice(0, 4).join('.')]) {
    assert.equal(await problemOf(vault, JSON.stringify({ ...sealed, jwe })), 'tampered', jwe);
  }
});

test('a key is 32 random bytes in base64 or hex, however it is written', () => {
  const bytes = Buffer.from(newKey(), 'base64');
  const ways = [
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
  ];
  const ids = ways.flatMap((text) => [keyOf(text).id, keyOf(`  ${text}\n`).id]);
  assert.equal(new Set(ids).size, 1);
  assert.match(ids[0] ?? '', /^[0-9a-f]{12}$/);
});

test('what is no such key is refused with the way to one, and is not repeated', () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['correct horse battery staple', /not a passphrase/],
    ['a passphrase that has 43 characters, so what', /not a passphrase/],
    ['hunter2', /./],
    [Buffer.alloc(16, 'abcdefghijklmnop').toString('base64'), /this is 16 bytes/],
    [Buffer.alloc(31, 7).toString('hex'), /this is 31 bytes/],
    [Buffer.alloc(64, 'x').toString('base64'), /this is 64 bytes/],
    [Buffer.alloc(32).toString('base64'), /not random/],
    ['a'.repeat(64), /not random/],
    [Buffer.alloc(32, 'abcd').toString('base64'), /not random/],
    ['ünïcode-ünïcode-ünïcode-ünïcode-ünïcode', /not a passphrase/],
    ['${env:PORTICO_VAULT_KEY}', /not a passphrase/],
  ];
  for (const [text, why] of wrong) {
    const said = readKey(text);
    assert.ok(typeof said === 'string', text);
    assert.match(said, why);
    assert.match(said, /openssl rand -base64 32/);
    assert.ok(!said.includes(text), text);
  }
});
