// What the log says of a look at the configuration: what is new, and who came and went.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Issue } from '../../src/config/loaded.ts';
import type { ReloadResult } from '../../src/control/plane.ts';
import { AccountRoll } from '../../src/process/account-roll.ts';
import { tellReload } from '../../src/process/tell-reload.ts';
import { account, configOf } from '../support/gateway.ts';

const issue = (line: number): Issue => ({
  severity: 'warning',
  file: '/srv/gateway.yaml',
  line,
  column: 1,
  path: 'keys[0].key',
  message: 'a secret is written out here',
});
const committed = (...issues: Issue[]): ReloadResult => ({
  outcome: 'committed',
  revision: 'abc',
  time: 0,
  ms: 7,
  issues,
  problems: [],
  degraded: [],
});

test('warnings are told once, not again with every file that comes or goes', () => {
  const told: unknown[] = [];
  const logging = {
    say: (level: string, _part: string, message: string, more?: object) => void told.push([level, message, more]),
  };
  tellReload(logging, committed(issue(3)), undefined);
  tellReload(logging, committed(issue(3), issue(4)), committed(issue(3)));
  const warning = (line: number) => [
    'warn',
    `/srv/gateway.yaml:${line}:1 warning keys[0].key: a secret is written out here`,
    undefined,
  ];
  assert.deepEqual(told, [
    warning(3),
    ['info', 'serving revision abc', { ms: 7 }],
    warning(4),
    ['info', 'serving revision abc', { ms: 7, warningsAsBefore: 1 }],
  ]);
});

test('accounts that come and go are named, the first of many', () => {
  const url = 'http://127.0.0.1:1';
  const providers = (...names: string[]) =>
    configOf({ providers: [{ name: 'up', url, accounts: names.map((name) => account(name, url)) }] }).providers;
  const told: string[] = [];
  const roll = new AccountRoll();
  const many = Array.from({ length: 10 }, (_, at) => `m${at}`);
  for (const names of [['a'], ['a'], ['a', 'b'], ['b'], ['b', ...many]]) {
    roll.tell(providers(...names), (message) => told.push(message));
  }
  assert.deepEqual(told, [
    'new: up/b',
    'gone: up/a',
    'new: up/m0, up/m1, up/m2, up/m3, up/m4, up/m5, up/m6, up/m7 and 2 more',
  ]);
});
