// The device flow against a real authorization server, polled on a clock that is moved by hand.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startLogin } from '../../../src/accounts/login/start-login.ts';
import { HandClock } from '../../support/clock.ts';
import { authorizationServer } from '../authorization-server.ts';
import { factsOf } from './facts.ts';

test('a person types the code in elsewhere: tokens and names', async (context: TestContext) => {
  const server = await authorizationServer(context);
  const clock = new HandClock(Date.now());
  const started = await startLogin(factsOf(server), { clock, listen: true, flow: 'device' });
  assert.ok('login' in started, JSON.stringify(started));
  const { login } = started;
  assert.match(login.userCode ?? '', /^[A-Z]{4}-[A-Z]{4}$/);
  assert.equal(login.listening, undefined);
  await server.walk(login.url);
  assert.equal(server.requests(), 0, 'nobody is asked before the interval has passed');
  clock.advance(5000);
  const outcome = await login.outcome;
  assert.ok('granted' in outcome, JSON.stringify(outcome));
  assert.ok(await server.isGood(outcome.granted.tokens.accessToken ?? ''));
  assert.deepEqual(outcome.granted.fields, { email: 'ada@example.com', accountId: 'ada' });
  assert.equal(clock.waiting, 0);
});
