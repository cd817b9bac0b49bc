// Endpoints and pages that a vendor elsewhere names: none of them is on this host, or where clouds have their metadata.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDeviceFlow } from '../../../src/accounts/login/device-flow.ts';
import { openEnding } from '../../../src/accounts/login/ending.ts';
import { LoginFailure } from '../../../src/accounts/login/problems.ts';
import { endpointsOf } from '../../../src/accounts/login/vendor/endpoints.ts';
import { openVendor, type Vendor } from '../../../src/accounts/login/vendor/vendor.ts';
import { mayName } from '../../../src/config/credentials/safe-endpoint.ts';
import type { LoadedLogin } from '../../../src/config/loaded.ts';
import { HandClock } from '../../support/clock.ts';
import { oddFacts } from './odd-vendor.ts';

const issuer = 'https://vendor.example';
const within = [
  'http://127.0.0.1:8318/reload',
  'http://localhost:6379/',
  'https://localhost/',
  'https://a.localhost./',
  'http://[::1]:1/',
  'https://[::ffff:127.0.0.1]/',
  'https://0.0.0.0/',
  'https://2130706433/',
  'https://169.254.169.254/latest/meta-data/',
  'https://[fd00:ec2::254]/latest/',
  'https://[fe80::1]/',
];

/** A vendor that is not on loopback, and answers all with one document. */
function vendorThatSays(document: object, facts: Partial<LoadedLogin>, clock = new HandClock()): Vendor {
  const vendor = openVendor(oddFacts(issuer, facts), clock, new AbortController().signal);
  const answer = () => Promise.resolve(Response.json(document));
  return { ...vendor, fetch: () => answer };
}

test('who is elsewhere names nothing on this host; who is here may', () => {
  for (const url of within) assert.equal(mayName(issuer, url), false, url);
  for (const url of ['https://other.example/a', 'https://10.0.0.5/token'])
    assert.equal(mayName(issuer, url), true, url);
  for (const url of [
    'http://other.example/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://u:p@other.example',
  ]) {
    for (const origin of [issuer, 'http://127.0.0.1:1']) assert.equal(mayName(origin, url), false, url);
  }
  assert.equal(mayName('http://127.0.0.1:1/device', 'http://localhost:2/page'), true);
});

test('an issuer whose document leads into this host is not followed', async () => {
  const facts = { issuer, tokenUrl: undefined };
  for (const url of within) {
    const vendor = vendorThatSays({ issuer, token_endpoint: url }, facts);
    await assert.rejects(endpointsOf(vendor, ['tokenUrl']), (error) => {
      assert.ok(error instanceof LoginFailure);
      assert.match(error.problem.message, /where it is not itself|reached neither by https/);
      return true;
    });
  }
  const vendor = vendorThatSays({ issuer, token_endpoint: 'https://other.example/token' }, facts);
  assert.equal((await endpointsOf(vendor, ['tokenUrl'])).token_endpoint, 'https://other.example/token');
  const named = vendorThatSays({ issuer }, { issuer, tokenUrl: 'http://127.0.0.1:9/token' });
  assert.equal(
    (await endpointsOf(named, ['tokenUrl'])).token_endpoint,
    'http://127.0.0.1:9/token',
    "the operator's own",
  );
});

test('nobody is sent to a page on this host by a vendor elsewhere', async () => {
  for (const page of ['http://127.0.0.1:8080/admin?delete=all', 'javascript:alert(1)', 'file:///etc/passwd']) {
    const code = { device_code: 'd', user_code: 'U', verification_uri: page };
    const ending = openEnding();
    await assert.rejects(startDeviceFlow(vendorThatSays(code, {}), { clock: new HandClock(), listen: false }, ending));
    ending.fail(new Error('over'));
    const complete = { ...code, verification_uri: `${issuer}/device`, verification_uri_complete: page };
    const other = openEnding();
    const flow = await startDeviceFlow(vendorThatSays(complete, {}), { clock: new HandClock(), listen: false }, other);
    assert.equal(flow.url, `${issuer}/device`);
    other.fail(new Error('over'));
  }
});
