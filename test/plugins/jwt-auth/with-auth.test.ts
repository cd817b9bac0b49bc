// jwt-auth and auth in one chain: either may say whose call it is, and nobody is refused twice or let in by neither.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readLimits } from 'portico';
import { secret } from '../../support/gateway.ts';
import { Rig, token } from './issuer.ts';

describe('before auth, not required', () => {
  test('a token or a key lets in, neither is refused once, a bad one of either kind is told as such', async () => {
    await using rig = await Rig.start({ required: false }, { keys: [{}, { name: 'red', hash: 'a' }] }, 'auth');
    assert.equal(await rig.bearer(token({ sub: 'red' })), '200 red');
    assert.equal(await rig.bearer(secret), '200 test');
    assert.equal(await rig.ask({ 'x-api-key': secret }), '200 test');
    assert.equal(
      await rig.ask({ authorization: `Bearer ${await token({ sub: 'red' })}`, 'x-api-key': secret }),
      '200 red',
    );
    assert.equal(await rig.ask({}), '401 missing-key');
    assert.equal(await rig.bearer('sk-unknown'), '401 invalid-key');
    assert.equal(await rig.bearer(token({ exp: 1 })), '401 expired-key');
    // A key beside it does not make up for a token that is not accepted.
    const both = { authorization: `Bearer ${await token({ sub: 'nobody' })}`, 'x-api-key': secret };
    assert.equal(await rig.ask(both), '401 invalid-key');
    assert.equal(rig.upstream.requests.length, 4);
  });

  test('the limits of the key are those of the token', async () => {
    const keys = [{ limits: readLimits({ requests: '2/h' }) }];
    await using rig = await Rig.start({ required: false }, { keys }, 'auth', 'rate-limit');
    assert.equal(await rig.bearer(token()), '200 test');
    assert.equal(await rig.bearer(secret), '200 test');
    assert.equal(await rig.bearer(token()), '429 rate-limited');
  });
});

test('alone and not required, a request without a token goes on without a key', async () => {
  await using rig = await Rig.start({ required: false });
  assert.equal(await rig.ask({}), '200 undefined');
});
