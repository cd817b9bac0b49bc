// What a person pastes in the place of a callback.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAnswer, readCallback } from '../../../src/accounts/login/callback/read-callback.ts';
import { authorizationServer } from '../authorization-server.ts';
import { begin, grantedOf, problemOf } from './begin.ts';
import { factsOf } from './facts.ts';

const forms: readonly (readonly [string, Readonly<Record<string, string>> | undefined])[] = [
  ['http://localhost:1455/auth/callback?code=c-1&state=s.2', { code: 'c-1', state: 's.2' }],
  ['  "http://localhost:1455/auth/callback?code=c&state=s#_=_"\n', { code: 'c', state: 's' }],
  ['localhost:1455/auth/callback?code=c&state=s', { code: 'c', state: 's' }],
  ['?code=4%2F0A&state=s', { code: '4/0A', state: 's' }],
  ['code=c&state=s', { code: 'c', state: 's' }],
  ['state=s&code=c', { code: 'c', state: 's' }],
  ['c-1#s.2', { code: 'c-1', state: 's.2' }],
  ['?error=access_denied&state=s', { error: 'access_denied', state: 's' }],
  ['c-1', undefined],
  ['', undefined],
  ['https://vendor.example/consent#top', undefined],
  ['https://vendor.example/consent?client_id=c', undefined],
  ['what #is this', undefined],
];

for (const [pasted, expected] of forms) {
  test(`read from ${JSON.stringify(pasted)}`, () => {
    const found = readCallback(pasted);
    assert.deepEqual(found && Object.fromEntries(found), expected);
  });
}

test('whatever is pasted: nothing, or an answer that reads the same again', () => {
  const mark = fc.constantFrom('?', '&', '#', 'code=', 'state=', 'error=', '%', 'http://', ' ', '"');
  const pasted = fc.array(fc.oneof(mark, fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 10 });
  fc.assert(
    fc.property(pasted, (parts) => {
      const found = readCallback(parts.join(''));
      if (found === undefined) return;
      assert.ok(isAnswer(found));
      assert.deepEqual(readCallback(`?${found}`)?.toString(), found.toString());
    }),
    { numRuns: 500 },
  );
});

test('what is pasted works beside a listener, and a wrong state can be pasted again', async (context) => {
  const server = await authorizationServer(context);
  const login = await begin(context, factsOf(server));
  const callback = new URL(await server.walk(login.url));
  const [code = '', state = ''] = [callback.searchParams.get('code'), callback.searchParams.get('state')].map(String);
  assert.equal(login.paste('nonsense')?.code, 'bad-callback');
  assert.equal(login.paste(`?code=${code}`)?.code, 'state-mismatch');
  assert.equal(login.paste(`?code=${code}&state=${state}x`)?.code, 'state-mismatch');
  assert.equal(login.paste(`?state=${state}&codes=1&error=`)?.code, 'bad-callback');
  assert.equal(server.requests(), 0, 'nothing was asked for any of these');
  assert.equal(login.paste(`${code}#${state}`), undefined);
  assert.equal(login.paste(`${code}#${state}`)?.code, 'bad-callback', 'it has its answer');
  await grantedOf(login);
  assert.equal(server.requests(), 1);
});

test('a refusal that is pasted ends the login', async (context) => {
  const server = await authorizationServer(context);
  const login = await begin(context, factsOf(server), { listen: false });
  assert.equal(login.paste(await server.walk(login.url, { deny: true })), undefined);
  assert.equal((await problemOf(login)).code, 'denied');
});
