// Which tokens pass, as whom, and what the others are told.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UnsecuredJWT } from 'jose';
import { issuer, now, path, Rig, signer, token } from './issuer.ts';

const seconds = now / 1000;

describe('a token', () => {
  test('passes wherever SDKs put their key, and does not go upstream', async () => {
    await using rig = await Rig.start();
    const text = await token();
    const places: readonly Record<string, string>[] = [
      { authorization: `Bearer ${text}` },
      { authorization: `bearer  ${text} ` },
      { 'x-api-key': text },
      { 'x-goog-api-key': text },
      { 'api-key': text },
      { authorization: 'Bearer placeholder', 'x-api-key': text },
    ];
    for (const headers of places) assert.equal(await rig.ask(headers), '200 test');
    assert.equal(await rig.ask({ 'sec-websocket-protocol': `realtime, openai-insecure-api-key.${text}` }), '200 test');
    for (const { headers } of rig.upstream.requests) assert.ok(!JSON.stringify(headers).includes(text));
    const inQuery = await fetch(`${rig.portico.url}${path}?key=${text}`, { method: 'POST', body: '{}' });
    assert.equal(inQuery.status, 401);
  });

  test('passes only as its issuer made it, for whom and while it is good', async () => {
    await using rig = await Rig.start({ audience: ['portico', 'other'], type: 'at+jwt' });
    const head = { typ: 'at+jwt' };
    const cases: readonly (readonly [string, Promise<string> | string, string])[] = [
      ['good', token({}, undefined, head), '200 test'],
      ['for several', token({ aud: ['x', 'other'] }, undefined, head), '200 test'],
      ['of another type', token({}), '401 invalid-key'],
      ['of another issuer', token({ iss: 'https://login.test' }, undefined, head), '401 invalid-key'],
      ['of nobody', token({ iss: undefined }, undefined, head), '401 invalid-key'],
      ['for somebody else', token({ aud: 'x' }, undefined, head), '401 invalid-key'],
      ['for nobody', token({ aud: undefined }, undefined, head), '401 invalid-key'],
      ['without an end', token({ exp: undefined }, undefined, head), '401 invalid-key'],
      ['a little too old', token({ exp: seconds - 29 }, undefined, head), '200 test'],
      ['too old', token({ exp: seconds - 31 }, undefined, head), '401 expired-key'],
      ['a little too young', token({ nbf: seconds + 29 }, undefined, head), '200 test'],
      ['too young', token({ nbf: seconds + 31 }, undefined, head), '401 invalid-key'],
      ['of no client key', token({ sub: 'nobody' }, undefined, head), '401 invalid-key'],
      ['damaged', token({}, undefined, head).then((text) => `${text.slice(0, -6)}AAAAAA`), '401 invalid-key'],
      [
        'unsigned',
        new UnsecuredJWT({ iss: issuer, sub: 'test', aud: 'portico', exp: seconds + 9 }).encode(),
        '401 invalid-key',
      ],
      ['none at all', 'sk-test-0123456789abcdef', '401 missing-key'],
      ['only like one', 'www.example.com', '401 missing-key'],
    ];
    for (const [name, text, wanted] of cases) assert.equal(await rig.bearer(text), wanted, name);
    assert.equal(await rig.ask({}), '401 missing-key');
  });

  test('of another signer or in another way does not pass, whatever it calls its key', async () => {
    await using rig = await Rig.start();
    assert.equal(await rig.bearer(token({}, await signer('one'))), '401 invalid-key');
    assert.equal(await rig.bearer(token({}, await signer('two'))), '401 invalid-key');
    assert.equal(await rig.bearer(token({}, await signer('one', 'ES384'))), '401 invalid-key');
    // The public key as the secret: https://nvd.nist.gov/vuln/detail/CVE-2015-9235
    const { jwk } = await signer('one');
    const forged = { kid: 'one', alg: 'HS256', key: Buffer.from(JSON.stringify(jwk)), jwk };
    assert.equal(await rig.bearer(token({}, forged)), '401 invalid-key');
  });

  test('says in words what is wrong with it, and nothing of what it holds', async () => {
    await using rig = await Rig.start({ claims: { scope: 'models' } });
    const response = await fetch(rig.portico.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${await token({ scope: 'mail', note: 'private' })}` },
    });
    const { error } = (await response.json()) as { error: { message: string } };
    assert.match(error.message, /its claim "scope" is not as it must be/);
    assert.doesNotMatch(error.message, /private|mail/);
  });
});

describe('claims', () => {
  test('must be as they are wanted', async () => {
    const claims = { scope: ['models', 'all'], 'realm.roles': 'user', 'https://x.test/team': true, level: 3 };
    await using rig = await Rig.start({ claims });
    const good = { scope: 'mail models', realm: { roles: ['x', 'user'] }, 'https://x.test/team': 'red', level: 3 };
    assert.equal(await rig.bearer(token(good)), '200 test');
    for (const wrong of [
      { scope: 'models2 mail' },
      { scope: undefined },
      { realm: { roles: ['admin'] } },
      { realm: 'user' },
      { 'https://x.test/team': null },
      { 'https://x.test/team': false },
      { 'https://x.test/team': 'false' },
      { level: '3' },
    ]) {
      assert.equal(await rig.bearer(token({ ...good, ...wrong })), '401 invalid-key', JSON.stringify(wrong));
    }
  });
});

describe('the client key', () => {
  const keys = [
    { name: 'red', hash: 'a', models: ['other'] },
    { name: 'blue', hash: 'b', routes: ['elsewhere'] },
    { name: 'grey', hash: 'c', enabled: false },
    { name: 'old', hash: 'd', expiresAt: now },
    { name: 'green', hash: 'e' },
  ];
  const as = (groups: unknown) => token({ groups });

  test('is the one that a claim names, and its rules apply', async () => {
    await using rig = await Rig.start({ key: { claim: 'groups' } }, { keys });
    assert.equal(await rig.bearer(as('green')), '200 green');
    assert.equal(await rig.bearer(as(['x', 'green', 'red'])), '200 green');
    assert.equal(await rig.bearer(as('red')), '403 model-not-allowed');
    assert.equal(await rig.bearer(as('blue')), '403 route-not-allowed');
    assert.equal(await rig.bearer(as('grey')), '401 disabled-key');
    assert.equal(await rig.bearer(as('old')), '401 expired-key');
    assert.equal(await rig.bearer(as(undefined)), '401 invalid-key');
    assert.equal(await rig.bearer(as(['constructor'])), '401 invalid-key');
  });

  test('is looked up where values are mapped; others stand for none, or for the one they fall back on', async () => {
    const map = { '7': 'green', boss: 'red' };
    await using rig = await Rig.start({ key: { claim: 'groups', map } }, { keys });
    assert.equal(await rig.bearer(as(7)), '200 green');
    assert.equal(await rig.bearer(as('boss')), '403 model-not-allowed');
    assert.equal(await rig.bearer(as('green')), '401 invalid-key');
    await using other = await Rig.start(
      { key: { claim: 'groups', map: { boss: 'red' }, otherwise: 'green' } },
      { keys },
    );
    assert.equal(await other.bearer(as('x')), '200 green');
    assert.equal(await other.bearer(as(undefined)), '200 green');
  });

  test('may be one for all', async () => {
    await using rig = await Rig.start({ key: { name: 'green' } }, { keys });
    assert.equal(await rig.bearer(as('red')), '200 green');
  });

  test('must exist where it is written', async () => {
    for (const key of [
      { name: 'nobody' },
      { claim: 'sub', otherwise: 'nobody' },
      { claim: 'sub', map: { a: 'nobody' } },
    ]) {
      await assert.rejects(Rig.start({ key }), /no client key is named "nobody"; add one under keys:/);
    }
  });
});
