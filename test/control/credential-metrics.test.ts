// The numbers of credentials that end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import type { CredentialStatus } from '../../src/accounts/credential-status.ts';
import { CredentialMetrics } from '../../src/control/metrics/credentials.ts';
import { Instruments } from '../../src/control/metrics/instruments.ts';

const credentials = [
  credentialOf('a', { expiresAt: 1_800_000_000_000, last: 1_790_000_000_000 }),
  credentialOf('b', { failures: 3, kept: 'memory' }),
];

test('credentials: until when each is good, and how its refreshing goes', async () => {
  const registry = new Registry();
  const metrics = new CredentialMetrics(new Instruments(registry), () => credentials);
  metrics.refreshed('one', 'found');
  const text = await registry.metrics();
  has(text, 'portico_credential_refreshes_total{provider="one",result="found"} 1');
  has(text, 'portico_credential_expiry_timestamp_seconds{provider="one",account="a"} 1800000000');
  has(text, 'portico_credential_refreshed_timestamp_seconds{provider="one",account="a"} 1790000000');
  has(text, 'portico_credential_refresh_failures{provider="one",account="b"} 3');
  has(text, 'portico_credential_in_memory{provider="one",account="b"} 1');
  assert.doesNotMatch(text, /expiry_timestamp_seconds\{provider="one",account="b"/);
});

interface Told {
  readonly expiresAt?: number;
  readonly last?: number;
  readonly failures?: number;
  readonly kept?: CredentialStatus['kept'];
}

function credentialOf(account: string, { expiresAt, last, failures = 0, kept = 'file' }: Told): CredentialStatus {
  const refresh = { state: failures > 0 ? 'failing' : 'due', next: undefined, failures, last } as const;
  const unknown = { email: undefined, plan: undefined, broken: false, reason: undefined };
  return { provider: 'one', account, kind: 'oauth', ...unknown, expiresAt, kept, refresh };
}

function has(text: string, line: string): void {
  assert.ok(text.split('\n').includes(line), `${line}\nnot in\n${text}`);
}
