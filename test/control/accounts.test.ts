// What the control API tells of accounts: how each does, for which models it is put aside, and never a credential.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAccounts } from '../../src/control/stats/accounts.ts';
import type { AsideEntry, HealthChange } from '../../src/ledger/health/change.ts';
import { answer, cool, credentials, rateLimit, scene, target } from '../ledger/health/healthy.ts';
import { account, configOf } from '../support/gateway.ts';

const url = 'http://127.0.0.1:1';
const config = configOf({
  providers: [
    {
      name: 'up',
      url,
      accounts: [
        account('main', url, { fingerprint: 'c1', priority: 3, weight: 2, tags: ['eu'], note: 'ours' }),
        account('other', url, { fingerprint: 'c1' }),
        account('off', url, { disabled: 'switched off' }),
      ],
    },
  ],
});

function entriesOf(changes: readonly HealthChange[]): AsideEntry[] {
  return changes.flatMap(({ aside, ...change }) => (aside === undefined ? [] : [{ ...change, aside }]));
}

test('every account in the order of the file, with what it is put aside for as a whole and by model', () => {
  const { clock, health, changes } = scene();
  answer(health, target('main'), 300);
  cool(health, target('main', 'small'), { ...rateLimit(60_000), message: 'slow down' });
  cool(health, target('main', 'large'), rateLimit(5_000));
  cool(health, target('other'), credentials);
  health.begin(target('other'));
  clock.advance(5_000);
  const limits = [
    { subject: 'account:up/main', kind: 'requests', window: '1m', used: 1, amount: 9, resetsAt: 0 },
  ] as const;
  const [main, other, off, ...more] = readAccounts({ config, health, entries: entriesOf(changes), limits });
  assert.deepEqual(more, []);
  assert.ok(main !== undefined && other !== undefined && off !== undefined);
  assert.deepEqual(
    [main.state, main.priority, main.weight, main.tags, main.note, main.used, main.firstByteMs, main.limits],
    ['usable', 3, 2, ['eu'], 'ours', 3, 300, limits],
  );
  assert.deepEqual(
    main.models.map(({ model, state, cause, status, until, message }) => {
      return [model, state, cause, status, until - clock.now(), message];
    }),
    [
      ['large', 'trial', 'rate-limit', 429, 0, undefined],
      ['small', 'cooling', 'rate-limit', 429, 55_000, 'slow down'],
    ],
  );
  assert.deepEqual([other.state, other.aside?.cause, other.models, other.inFlight], ['cooling', 'credentials', [], 1]);
  assert.deepEqual([off.state, off.disabled], ['disabled', 'switched off']);
});

test('what a reset has taken back is gone at once, also where its name is still known', () => {
  const { health, changes } = scene();
  cool(health, target('main'));
  health.reset();
  const [main] = readAccounts({ config, health, entries: entriesOf(changes), limits: [] });
  assert.deepEqual([main?.state, main?.models], ['usable', []]);
});

test('no credential is told', () => {
  const { health } = scene();
  const text = JSON.stringify(readAccounts({ config, health, entries: [], limits: [] }));
  for (const provider of config.providers) {
    for (const { apiKey, fingerprint } of provider.accounts) {
      assert.ok(apiKey === undefined || !text.includes(apiKey));
      assert.ok(fingerprint === '' || !text.includes(`"${fingerprint}"`));
    }
  }
});
