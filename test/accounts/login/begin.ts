// A login of the tests: begun on the real clock or one that is moved by hand, and let go at the end of the test.
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Granted, Login, LoginOptions, LoginProblem } from '../../../src/accounts/login/login.ts';
import { startLogin } from '../../../src/accounts/login/start-login.ts';
import type { LoadedLogin } from '../../../src/config/loaded.ts';
import { systemClock } from '../../../src/core/index.ts';

export async function begin(
  context: TestContext,
  facts: LoadedLogin,
  options: Partial<LoginOptions> = {},
): Promise<Login> {
  const started = await startLogin(facts, { clock: systemClock, listen: true, ...options });
  assert.ok('login' in started, JSON.stringify(started));
  context.after(() => started.login.cancel());
  return started.login;
}

/** Why it could not begin. */
export async function refusal(facts: LoadedLogin, options: Partial<LoginOptions> = {}): Promise<LoginProblem> {
  const started = await startLogin(facts, { clock: systemClock, listen: true, ...options });
  if ('login' in started) started.login.cancel();
  assert.ok('problem' in started, 'it began');
  return started.problem;
}

export async function grantedOf(login: Login): Promise<Granted> {
  const outcome = await login.outcome;
  assert.ok('granted' in outcome, JSON.stringify(outcome));
  return outcome.granted;
}

export async function problemOf(login: Login): Promise<LoginProblem> {
  const outcome = await login.outcome;
  assert.ok('problem' in outcome, 'it was granted');
  return outcome.problem;
}
