// Every problem of a login is provoked once: it says what happened, what to do, and nothing that is secret.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { LoginProblem, LoginProblemCode } from '../../../src/accounts/login/login.ts';
import { HandClock } from '../../support/clock.ts';
import { begin, problemOf, refusal } from './begin.ts';
import { oddVendor } from './odd-vendor.ts';

const clientSecret = 'the-client-secret';
const proxy = 'http://user:the-proxy-secret@127.0.0.1:9';

async function waiting(context: TestContext, token: string) {
  const vendor = await oddVendor(context, { '/token': [{ status: 400, text: token }] });
  const clock = new HandClock();
  const login = await begin(context, vendor.facts({ clientSecret }), { listen: false, clock });
  return { vendor, clock, login };
}

const provoke: Readonly<Record<LoginProblemCode, (context: TestContext) => Promise<LoginProblem | undefined>>> = {
  async 'no-client'(context) {
    const vendor = await oddVendor(context, {});
    const problem = await refusal(vendor.facts({ clientId: undefined, clientSecret }));
    assert.ok(problem.remedy.includes('https://acme.example/clients'), 'what to register, where');
    assert.ok(problem.remedy.includes('oauth.clientId'), 'and where to write it');
    return problem;
  },
  async 'no-flow'(context) {
    const vendor = await oddVendor(context, {});
    return refusal(vendor.facts({ clientSecret, flows: ['device'] }), { flow: 'code' });
  },
  async 'port-taken'(context) {
    const vendor = await oddVendor(context, {});
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    context.after(() => other.close());
    return refusal(vendor.facts({ clientSecret }), { callbackPort: Object(other.address()).port });
  },
  async 'discovery-failed'(context) {
    const vendor = await oddVendor(context, {});
    return refusal(vendor.facts({ clientSecret, tokenUrl: undefined, issuer: vendor.origin }));
  },
  async denied(context) {
    const { login } = await waiting(context, '');
    login.paste(`?error=access_denied&error_description=the-code&state=${login.id}`);
    return problemOf(login);
  },
  async 'state-mismatch'(context) {
    const { login } = await waiting(context, '');
    return login.paste('the-code#the-state-of-another');
  },
  async 'bad-callback'(context) {
    const { login } = await waiting(context, '');
    return login.paste('the-code');
  },
  async timeout(context) {
    const { login, clock } = await waiting(context, '');
    clock.advance(300_000);
    return problemOf(login);
  },
  async cancelled(context) {
    const { login } = await waiting(context, '');
    login.cancel();
    return problemOf(login);
  },
  async unreachable(context) {
    const vendor = await oddVendor(context, {});
    const login = await begin(context, vendor.facts({ clientSecret, egressUrl: proxy }), { listen: false });
    login.paste(`the-code#${login.id}`);
    return problemOf(login);
  },
  async refused(context) {
    const { login } = await waiting(context, '{"error":"invalid_grant","error_description":"the-code is not good"}');
    login.paste(`the-code#${login.id}`);
    return problemOf(login);
  },
};

for (const [code, provoked] of Object.entries(provoke)) {
  test(`${code}: what happened, and the way out`, async (context) => {
    const problem = await provoked(context);
    assert.ok(problem !== undefined);
    assert.equal(problem.code, code);
    for (const text of [problem.message, problem.remedy]) {
      assert.match(text, /^[A-Z0-9][\s\S]{15,}[.)]$/, 'a whole sentence');
      assert.doesNotMatch(text, /undefined|\[object|\.\.$/);
      assert.doesNotMatch(text, /the-client-secret|the-proxy-secret|the-code|the-state-of/);
    }
  });
}
