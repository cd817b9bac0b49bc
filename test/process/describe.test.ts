// What is told of a configuration whose accounts have tokens that end: nobody is called usable without one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CredentialStatus } from '../../src/accounts/credential-status.ts';
import type { LoadedConfig } from '../../src/config/loaded.ts';
import { describeConfig, impaired, unusable } from '../../src/process/describe.ts';

/** No more of it than is looked at. */
function configOf(...accounts: { name: string; disabled?: string }[]): LoadedConfig {
  const provider = { name: 'desk', directory: { name: 'desk' }, enabled: true, accounts };
  return { routes: [], listeners: [], plugins: [], providers: [provider] } as unknown as LoadedConfig;
}

function credentialOf(changes: Partial<CredentialStatus>, failures = 0): CredentialStatus {
  return {
    provider: 'desk',
    account: 'ada',
    kind: 'oauth',
    email: undefined,
    plan: undefined,
    expiresAt: undefined,
    broken: false,
    reason: failures === 0 ? undefined : 'status 503',
    kept: 'file',
    refresh: { state: failures === 0 ? 'due' : 'failing', next: undefined, failures, last: undefined },
    ...changes,
  };
}

function told(credential: CredentialStatus) {
  const config = configOf({ name: 'ada' });
  const credentials = [credential];
  const [provider] = describeConfig(config, { discovered: () => undefined, credentials }).providers;
  return { usable: provider?.accounts[0]?.usable, health: impaired(config, credentials), ready: unusable(config) };
}

test('a vendor that gives no new token for longer than the old one was good: told of, and ready all the same', () => {
  const { usable, health, ready } = told(credentialOf({ over: true }, 3));
  assert.deepEqual([usable, ready], [false, undefined]);
  assert.deepEqual(health, ['no account of desk is usable (ada: it has no valid token: status 503)']);
});

test('a token that is good still, or one that is refreshed for the first time, is nothing to tell of', () => {
  for (const credential of [credentialOf({}, 3), credentialOf({ over: true })]) {
    const { usable, health } = told(credential);
    assert.deepEqual([usable, health], [true, []]);
  }
});

test('one account that can be used is enough', () => {
  const config = configOf({ name: 'ada' }, { name: 'eve', disabled: 'revoked' }, { name: 'bob' });
  assert.deepEqual(impaired(config, [credentialOf({ over: true }, 1)]), []);
});
