// `portico accounts`: what it shows of an account, and taking back what was put aside at a gateway that runs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describe as table } from '../../src/cli/accounts/list.ts';
import type { AccountFigures } from '../../src/control/stats/accounts.ts';
import { gatewayAt } from './gateway-at.ts';
import { sitDown } from './typed.ts';

const now = 1_000_000;
const usual: AccountFigures = {
  provider: 'up',
  name: 'main',
  state: 'usable',
  disabled: undefined,
  priority: 1,
  weight: 1,
  tags: [],
  groups: [],
  note: undefined,
  aside: undefined,
  models: [],
  inFlight: 3,
  used: 12_345,
  firstByteMs: 420,
  limits: [],
};
const aside = { cause: 'rate-limit', status: 429, since: now, until: now + 42_000, level: 3 } as const;

test('a row for each account, and one for each model it is put aside for', () => {
  const text = table(
    [
      {
        ...usual,
        limits: [{ subject: 'account:up/main', kind: 'requests', window: '1m', used: 5, amount: 60, resetsAt: 0 }],
        models: [
          { ...aside, model: 'large', state: 'cooling', message: 'slow down' },
          { ...aside, model: undefined, state: 'trial', message: undefined, level: 1 },
        ],
      },
      { ...usual, name: 'whole', aside: { ...aside, state: 'tried', status: undefined, level: 1, message: undefined } },
      { ...usual, name: 'off', disabled: 'its key is missing', firstByteMs: undefined },
    ],
    now,
  );
  assert.equal(
    text,
    `account       priority  in flight  asked  first byte  limits               state
up/main       1         3          12k    420 ms      5 of 60 requests/1m  usable
  large                                                                    cooling for 42 s after 429 (rate-limit), 3 times in a row: slow down
  (no model)                                                               to be tried after 429 (rate-limit)
up/whole      1         3          12k    420 ms                           being tried after rate-limit
up/off        1         3          12k    -                                disabled: its key is missing
`,
  );
});

test('a token that is not refreshed, and one that cannot be written down', () => {
  const refresh = { state: 'failing', next: now + 20_000, failures: 3, last: undefined } as const;
  const names = { provider: 'up', account: 'main', kind: 'oauth', email: undefined, plan: undefined } as const;
  const failing = {
    ...names,
    expiresAt: now + 240_000,
    broken: false,
    reason: 'status 503',
    kept: 'file',
    refresh,
  } as const;
  const well = {
    ...failing,
    reason: undefined,
    kept: 'memory',
    refresh: { ...refresh, state: 'due', failures: 0 },
  } as const;
  const text = table(
    [
      { ...usual, credential: failing },
      { ...usual, credential: well },
      { ...usual, credential: { ...well, kept: 'file' } },
    ],
    now,
  );
  assert.deepEqual(
    text
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.slice(line.indexOf('usable'))),
    [
      'usable (token, good for 4 min: status 503; failed 3 times in a row, again in 20 s)',
      'usable (new tokens are kept in memory)',
      'usable',
    ],
  );
});

const yaml = `version: 1
listeners:
  - { name: api, port: 0 }
providers:
  - name: mock
    accounts: [{ name: one, limits: { requests: 100/m } }, { name: two, enabled: false }]
keys: [{ name: test, key: sk-test-0123456789abcdef }]
plugins: [auth, balancer]
control: { port: 0 }
threads: 1
logging: { level: error }
`;

test('what a gateway has put aside is listed, and taken back', { timeout: 30_000 }, async (t) => {
  const desk = await sitDown(t);
  const running = await gatewayAt(t, desk, yaml);
  const [listener] = running.listeners;
  const ask = async (model: string) => {
    const answer = await fetch(`http://127.0.0.1:${listener?.port}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-test-0123456789abcdef', 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }] }),
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  assert.equal(await ask('mock-echo'), 200);
  assert.equal(await ask('mock-error-529'), 529);
  const listed = async () => JSON.parse((await desk.type('accounts', 'list', '--json')).out) as AccountFigures[];
  // The data thread tells the names within a tenth of a second.
  let accounts = await listed();
  while (accounts[0]?.models.length === 0) accounts = await listed();
  const [one, two] = accounts;
  assert.equal(one?.models[0]?.cause, 'overloaded');
  assert.equal(one?.used, 2);
  assert.deepEqual(
    one?.limits.map(({ kind, window, amount }) => [kind, window, amount]),
    [['requests', '1m', 100]],
  );
  assert.equal(two?.state, 'disabled');
  assert.match((await desk.type('accounts')).out, /^ {2}mock-error-529 .* cooling for \d+ s after 529 \(overloaded\)/m);

  assert.equal(
    (await desk.type('accounts', 'reset', 'mock/one', '--model', 'mock-echo')).out,
    'mock/one was not put aside for mock-echo alone.\n',
  );
  assert.equal((await desk.type('accounts', 'reset', 'mock/one')).out, 'Taken back: 1.\n');
  assert.deepEqual((await listed())[0]?.models, []);
  assert.equal((await desk.type('accounts', 'reset', '--all')).out, 'Nothing was put aside.\n');
  assert.match(
    (await desk.type('accounts', 'reset', 'mock/three')).error,
    /There is no account mock\/three\.\n`portico accounts`/,
  );
  for (const words of [[], ['mock'], ['mock/one', '--all'], ['--all', '--model', 'x']]) {
    const { code, error } = await desk.type('accounts', 'reset', ...words);
    assert.equal(code, 1, error);
  }
});
