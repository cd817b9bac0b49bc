// The device flow, polled on a clock that is moved by hand: against a real authorization server, and against one that says
// what is rarely heard.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alarm } from '../../../src/core/index.ts';
import { HandClock } from '../../support/clock.ts';
import { authorizationServer } from '../authorization-server.ts';
import { begin, grantedOf, problemOf, refusal } from './begin.ts';
import { factsOf } from './facts.ts';
import { type OddVendor, oddVendor, type Reply } from './odd-vendor.ts';

const tokens = { access_token: 'at-1', token_type: 'Bearer' };
const page = 'https://vendor.example/device';
const code = { device_code: 'dc-secret', user_code: 'WDJB-MJHT', verification_uri: page, expires_in: 900 };
const device = { flow: 'device' as const, listen: true };

function says(error: string, status = 400): Reply {
  return { status, text: JSON.stringify({ error }) };
}

/** Counts the alarms that were set. */
class CountingClock extends HandClock {
  set = 0;

  override after(ms: number, ring: () => void): Alarm {
    this.set += 1;
    return super.after(ms, ring);
  }
}

/** The clock is moved on, and what was asked because of it has been answered. */
async function pass(clock: CountingClock, vendor: OddVendor, ms: number, requests: number): Promise<void> {
  const wanted = { asked: vendor.asked.length + requests, set: clock.set + 2 * requests };
  clock.advance(ms);
  // Each request sets an alarm for its time limit, and its answer one for the next.
  await until(() => vendor.asked.length >= wanted.asked && clock.set >= wanted.set);
  assert.deepEqual({ asked: vendor.asked.length, set: clock.set }, wanted);
}

async function until(done: () => boolean): Promise<void> {
  const limit = Date.now() + 5000;
  while (!done()) {
    assert.ok(Date.now() < limit, 'it did not come to that');
    await new Promise((next) => setImmediate(next));
  }
}

test('a person types the code in elsewhere: tokens and names', async (context) => {
  const server = await authorizationServer(context);
  const clock = new HandClock(Date.now());
  const login = await begin(context, factsOf(server, { devicePkce: true }), { ...device, clock });
  assert.match(login.userCode ?? '', /^[A-Z]{4}-[A-Z]{4}$/);
  assert.equal(login.listening, undefined);
  assert.equal(login.redirectUri, undefined);
  assert.equal(login.verificationUrl, `${server.issuer}/device`);
  assert.equal(login.paste('?code=a&state=b')?.code, 'bad-callback');
  await server.walk(login.url);
  assert.equal(server.requests(), 0, 'nobody is asked before the interval has passed');
  clock.advance(5000);
  const { tokens: got, fields } = await grantedOf(login);
  assert.ok(await server.isGood(got.accessToken ?? ''));
  assert.deepEqual(fields, { email: 'ada@example.com', accountId: 'ada' });
  assert.equal(clock.waiting, 0);
});

test('consent that is refused elsewhere ends the login', async (context) => {
  const server = await authorizationServer(context);
  const clock = new HandClock(Date.now());
  const login = await begin(context, factsOf(server), { ...device, clock });
  await server.walk(login.url, { deny: true });
  clock.advance(5000);
  assert.equal((await problemOf(login)).code, 'denied');
});

test('the server ends the code when its time is over', async (context) => {
  const server = await authorizationServer(context, { deviceCodeSeconds: 1 });
  const clock = new HandClock(Date.now());
  const login = await begin(context, factsOf(server), { ...device, clock });
  assert.equal(login.expiresAt, clock.now() + 1000);
  clock.advance(1000);
  const problem = await problemOf(login);
  assert.equal(problem.code, 'timeout');
  assert.match(problem.message, /Nobody entered the code within 1 s\./);
  assert.equal(clock.waiting, 0);
});

test('the vendor is asked as often as it says, and less often when it says so', async (context) => {
  const replies = [says('authorization_pending'), says('slow_down'), says('slow_down', 429), tokens];
  const vendor = await oddVendor(context, { '/device': [{ ...code, interval: 2 }], '/token': replies });
  const clock = new CountingClock();
  const notes: string[] = [];
  const login = await begin(context, vendor.facts(), { ...device, clock, note: (message) => notes.push(message) });
  await pass(clock, vendor, 1999, 0);
  await pass(clock, vendor, 1, 1);
  await pass(clock, vendor, 2000, 1);
  await pass(clock, vendor, 6999, 0);
  await pass(clock, vendor, 1, 1);
  await pass(clock, vendor, 11_999, 0);
  clock.advance(1);
  await grantedOf(login);
  assert.deepEqual(notes, [
    'The vendor wants to be asked less often; it is asked every 7 s from now on.',
    'The vendor wants to be asked less often; it is asked every 12 s from now on.',
  ]);
  assert.equal(vendor.asked.length, 5);
  assert.match(vendor.asked[1]?.body ?? '', /grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code/);
});

test('five seconds where the vendor does not say how often; numbers as text and old names are understood', async (context) => {
  const old = { device_code: 'd', user_code: 'ABC', verification_url: page, expires_in: '120', interval: '' };
  const vendor = await oddVendor(context, { '/device': [old], '/token': [tokens] });
  const clock = new CountingClock();
  const login = await begin(context, vendor.facts(), { ...device, clock });
  assert.equal(login.expiresAt, clock.now() + 120_000);
  assert.equal(login.url, page);
  await pass(clock, vendor, 4999, 0);
  clock.advance(1);
  await grantedOf(login);
});

test('answers of an error with status 200, as some have it, are waited on', async (context) => {
  const vendor = await oddVendor(context, {
    '/device': [{ ...code, verification_uri_complete: `${page}?user_code=WDJB-MJHT` }],
    '/token': [{ error: 'authorization_pending', error_description: 'dc-secret' }, { error: 'access_denied' }],
  });
  const clock = new CountingClock();
  const login = await begin(context, vendor.facts(), { ...device, clock });
  assert.equal(login.url, `${page}?user_code=WDJB-MJHT`);
  assert.equal(login.verificationUrl, page);
  await pass(clock, vendor, 5000, 1);
  clock.advance(5000);
  assert.equal((await problemOf(login)).code, 'denied');
});

test('the code has ended where the vendor says so first', async (context) => {
  const vendor = await oddVendor(context, { '/device': [code], '/token': [says('expired_token')] });
  const clock = new CountingClock();
  const login = await begin(context, vendor.facts(), { ...device, clock });
  clock.advance(5000);
  const { code: why, message } = await problemOf(login);
  assert.equal(why, 'timeout');
  assert.equal(message, 'Nobody entered the code before it ended.');
});

test('a client that the vendor refuses ends the login', async (context) => {
  const vendor = await oddVendor(context, { '/device': [code], '/token': [says('invalid_client', 401)] });
  const clock = new CountingClock();
  const login = await begin(context, vendor.facts(), { ...device, clock });
  clock.advance(5000);
  assert.match((await problemOf(login)).message, /invalid_client/);
});

test('what goes wrong on the way is tried again, ever slower, and not for ever', async (context) => {
  const vendor = await oddVendor(context, { '/device': [code], '/token': [undefined] });
  const clock = new CountingClock();
  const notes: string[] = [];
  const login = await begin(context, vendor.facts(), { ...device, clock, note: (message) => notes.push(message) });
  for (let polls = 1; polls <= 4; polls += 1) {
    clock.advance(5000 * polls);
    await until(() => vendor.asked.length === 1 + polls);
    // The time limit of its answer.
    clock.advance(20_000);
    if (polls < 4) await until(() => notes.length === polls);
  }
  const problem = await problemOf(login);
  assert.equal(problem.code, 'unreachable');
  assert.match(problem.message, /no answer within 20 s/);
  assert.equal(notes.length, 3);
  assert.match(notes[2] ?? '', /asked every 20 s/);
  assert.equal(clock.waiting, 0);
});

const unusable: Readonly<Record<string, Reply>> = {
  'no code': { user_code: 'A', verification_uri: page },
  'a code that moves the cursor': { ...code, user_code: 'A\u001b[2J' },
  'a page that is none': { ...code, verification_uri: 'javascript:alert(1)' },
  'a page that everybody on the way can read': { ...code, verification_uri: 'http://vendor.example/device' },
  'an error': { status: 401, text: '{"error":"invalid_client"}' },
};

for (const [what, reply] of Object.entries(unusable)) {
  test(`a device endpoint that answers with ${what} is not believed`, async (context) => {
    const vendor = await oddVendor(context, { '/device': [reply] });
    const problem = await refusal(vendor.facts(), device);
    assert.equal(problem.code, 'refused');
    assert.doesNotMatch(JSON.stringify(problem), /dc-secret|javascript/);
  });
}
