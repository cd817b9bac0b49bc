// Authorization code with PKCE against a real authorization server.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Login, LoginOptions } from '../../../src/accounts/login/login.ts';
import { startLogin } from '../../../src/accounts/login/start-login.ts';
import type { LoadedLogin } from '../../../src/config/loaded.ts';
import { systemClock } from '../../../src/core/index.ts';
import { authorizationServer } from '../authorization-server.ts';
import { factsOf } from './facts.ts';

async function begun(facts: LoadedLogin, options: Partial<LoginOptions> = {}): Promise<Login> {
  const started = await startLogin(facts, { clock: systemClock, listen: true, ...options });
  assert.ok('login' in started, JSON.stringify(started));
  return started.login;
}

test('a person signs in with a browser: tokens, names, and nothing left behind', async (context: TestContext) => {
  const server = await authorizationServer(context);
  const login = await begun(factsOf(server));
  assert.equal(login.flow, 'code');
  assert.equal(new URL(login.url).searchParams.get('code_challenge_method'), 'S256');
  const callback = await server.walk(login.url);
  assert.ok(callback.startsWith(`${login.redirectUri}?`), callback);
  const page = await fetch(callback);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /Signed in/);
  const outcome = await login.outcome;
  assert.ok('granted' in outcome, JSON.stringify(outcome));
  const { tokens, fields } = outcome.granted;
  assert.ok(await server.isGood(tokens.accessToken ?? ''));
  assert.ok(await server.isKept(tokens.refreshToken ?? ''));
  assert.deepEqual(fields, { email: 'ada@example.com', accountId: 'ada' });
  await assert.rejects(fetch(callback), 'the listener is gone');
});
