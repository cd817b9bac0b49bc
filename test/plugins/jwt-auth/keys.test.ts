// Where keys come from: a real server that publishes them, renews them and fails, and keys that stand in the settings.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { errorsOf } from '../../support/chain.ts';
import { json } from '../../support/upstream.ts';
import { Rig, signed, signer, token } from './issuer.ts';

const fails = json({}, 500);
const minute = 60_000;

describe('published keys', () => {
  test('are fetched when a token comes, once for all who wait, and kept', async () => {
    await using rig = await Rig.start();
    assert.equal(rig.keys.requests.length, 0);
    const text = await token({ exp: undefined, iat: 0 });
    await Promise.all([text, text, text].map((each) => rig.bearer(each)));
    assert.equal(rig.keys.requests.length, 1);
    rig.clock.advance(9 * minute);
    assert.equal(await rig.bearer(token({ exp: 1e11 })), '200 test');
    assert.equal(rig.keys.requests.length, 1);
    rig.clock.advance(minute);
    assert.equal(await rig.bearer(token({ exp: 1e11 })), '200 test');
    assert.equal(rig.keys.requests.length, 2);
  });

  test('a new one is found at once, and the old one gone with it; unknown ones ask again only after a while', async () => {
    await using rig = await Rig.start();
    const two = await signer('two');
    assert.equal(await rig.bearer(token()), '200 test');
    rig.publish(two);
    assert.equal(await rig.bearer(token({}, two)), '401 invalid-key');
    rig.clock.advance(30_000);
    assert.equal(await rig.bearer(token({}, two)), '200 test');
    assert.equal(await rig.bearer(token()), '401 invalid-key');
    for (let time = 0; time < 5; time++) await rig.bearer(token({}, await signer(`made-up-${time}`)));
    assert.equal(rig.keys.requests.length, 2);
  });

  test('are used on while they cannot be fetched, for as long as is allowed', async () => {
    await using rig = await Rig.start({ cache: { staleFor: '1h' } });
    const long = token({ exp: 1e11 });
    assert.equal(await rig.bearer(long), '200 test');
    rig.keys.answer = fails;
    rig.clock.advance(69 * minute);
    assert.equal(await rig.bearer(long), '200 test');
    assert.equal(await rig.bearer(long), '200 test');
    assert.equal(rig.keys.requests.length, 2);
    rig.clock.advance(minute);
    assert.equal(await rig.bearer(long), '503 issuer-unavailable');
    rig.publish(signed);
    rig.clock.advance(30_000);
    assert.equal(await rig.bearer(long), '200 test');
    assert.equal(rig.portico.counts.get('plugin_jwt_auth_fetches failed'), 2);
    assert.match(rig.portico.lines.map(({ fields }) => String(fields?.error)).join(), /it answered 500/);
  });

  test('that never came are asked for again after the cooldown, and the client is told when', async () => {
    await using rig = await Rig.start();
    for (const answer of [fails, json([]), json({ keys: 1 }), json({}, 302, { location: '/x' })]) {
      rig.keys.answer = answer;
      assert.equal(await rig.bearer(token()), '503 issuer-unavailable');
      const asked = rig.keys.requests.length;
      rig.clock.advance(20_000);
      const headers = { authorization: `Bearer ${await token()}` };
      const response = await fetch(`${rig.portico.url}/v1/chat/completions`, { method: 'POST', headers, body: '{}' });
      assert.deepEqual([response.status, response.headers.get('retry-after')], [503, '10']);
      assert.equal(rig.keys.requests.length, asked);
      rig.clock.advance(10_000);
    }
    rig.publish(signed);
    assert.equal(await rig.bearer(token()), '200 test');
  });

  test('of a server that does not answer are given up in time', async () => {
    await using rig = await Rig.start({ cache: { timeout: '2s' } });
    rig.keys.answer = () => undefined;
    const asked = rig.keys.next();
    const answer = rig.bearer(token());
    await asked;
    rig.clock.advance(2000);
    assert.equal(await answer, '503 issuer-unavailable');
    assert.match(rig.portico.lines.map(({ fields }) => String(fields?.error)).join(), /no answer within 2000 ms/);
  });

  test('that are known are not waited for while the issuer hangs, and are renewed once it answers', async () => {
    await using rig = await Rig.start();
    const long = await token({ exp: 1e11 });
    assert.equal(await rig.bearer(long), '200 test');
    rig.keys.answer = fails;
    rig.clock.advance(10 * minute);
    assert.equal(await rig.bearer(long), '200 test');
    rig.keys.answer = () => undefined;
    rig.clock.advance(minute);
    const asked = rig.keys.next();
    assert.equal(await rig.bearer(long), '200 test');
    await asked;
    assert.equal(await rig.bearer(long), '200 test');
    rig.clock.advance(5000);
    const two = await signer('two');
    rig.publish(two);
    rig.clock.advance(minute);
    const renewed = rig.keys.next();
    assert.equal(await rig.bearer(long), '200 test');
    await renewed;
    assert.equal(await rig.bearer(token({ exp: 1e11 }, two)), '200 test');
    assert.equal(await rig.bearer(long), '401 invalid-key');
  });

  test('survive a change of the configuration', async () => {
    await using rig = await Rig.start();
    await rig.bearer(token());
    await rig.portico.load({ ...(await rig.wanted({ claims: { sub: true } })), generation: 2 });
    assert.equal(await rig.bearer(token()), '200 test');
    assert.equal(rig.keys.requests.length, 1);
  });

  test('each is tried for a token that does not say which it was signed with', async () => {
    const [one, two, three] = [await signer(undefined), await signer(undefined), await signer(undefined)];
    await using rig = await Rig.start();
    rig.publish(one, two);
    assert.equal(await rig.bearer(token({}, two)), '200 test');
    assert.equal(await rig.bearer(token({}, three)), '401 invalid-key');
    assert.equal(await rig.bearer(token({ exp: 1 }, two)), '401 expired-key');
  });
});

describe('keys in the settings', () => {
  test('a key set, a PEM and a secret', async () => {
    await using set = await Rig.start({ jwks: JSON.stringify({ keys: [signed.jwk] }) });
    assert.equal(await set.bearer(token()), '200 test');
    const pair = generateKeyPairSync('ed25519');
    const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }) as string;
    await using pem = await Rig.start({ publicKey, algorithms: ['EdDSA'] });
    const key = await crypto.subtle.importKey(
      'pkcs8',
      pair.privateKey.export({ type: 'pkcs8', format: 'der' }),
      'Ed25519',
      false,
      ['sign'],
    );
    assert.equal(await pem.bearer(token({}, { kid: undefined, alg: 'EdDSA', key, jwk: {} })), '200 test');
    assert.equal(await pem.bearer(token()), '401 invalid-key');
    const secret = 'a secret of thirty-two characters';
    await using shared = await Rig.start({ secret, algorithms: ['HS256'] });
    const by = (text: string) => ({ kid: undefined, alg: 'HS256', key: Buffer.from(text), jwk: {} });
    assert.equal(await shared.bearer(token({}, by(secret))), '200 test');
    assert.equal(await shared.bearer(token({}, by(`${secret}.`))), '401 invalid-key');
  });

  test('that cannot work are refused before any token comes', async () => {
    const pemOf = (type: 'rsa' | 'ec', options: object) =>
      generateKeyPairSync(type as 'rsa', options as { modulusLength: number }).publicKey.export({
        type: 'spki',
        format: 'pem',
      });
    await assert.rejects(Rig.start({ jwks: '{}' }), /jwks: this is no JSON Web Key Set/);
    await assert.rejects(Rig.start({ publicKey: 'x' }), /publicKey: this is no public key or certificate in PEM/);
    const curve = pemOf('ec', { namedCurve: 'P-384' });
    await assert.rejects(Rig.start({ publicKey: curve }), /this key cannot check ES256; it is of the curve secp384r1/);
    const short = pemOf('rsa', { modulusLength: 1024 });
    await assert.rejects(
      Rig.start({ publicKey: short, algorithms: ['RS256'] }),
      /cannot check RS256; it is RSA of 1024 bits/,
    );
  });

  test('settings that contradict each other are refused with their place', async () => {
    const good = { algorithms: ['ES256'], jwks: '{}', key: { name: 'a' } };
    const secret = 'x'.repeat(32);
    const { jwks: _, ...none } = good;
    const cases: readonly (readonly [Record<string, unknown>, RegExp | undefined])[] = [
      [good, undefined],
      [none, /exactly one of/],
      [{ ...good, secret }, /exactly one of/],
      [{ ...none, secret }, /with `secret` only HS256/],
      [{ ...none, secret: 'short', algorithms: ['HS256'] }, /at least 32 characters/],
      [{ ...good, algorithms: ['HS256'] }, /only for a `secret`/],
      [{ ...good, algorithms: ['none'] }, /must be one of/],
      [{ ...none, jwksUrl: 'https://x.test' }, /name the `issuer` too/],
      [{ ...none, jwksUrl: 'ftp://x.test', issuer: 'x' }, /must be a URL/],
      [{ ...good, key: {} }, /either `name`/],
      [{ ...good, key: { name: 'a', claim: 'b' } }, /either `name`/],
      [{ ...good, claims: { a: false } }, /must be `true`/],
    ];
    for (const [settings, wanted] of cases) {
      const errors = await errorsOf({ 'jwt-auth': settings });
      if (wanted === undefined) assert.deepEqual(errors, []);
      else assert.match(errors.join('; '), wanted, JSON.stringify([settings, errors]));
    }
  });
});
