// Which accounts are put aside is known by name, told to the log, and written to the store within a second.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { AsideEntry, HealthChange } from '../../src/ledger/health/change.ts';
import { createMemory, SharedLedger } from '../../src/ledger/memory.ts';
import { HealthKeeper } from '../../src/process/health/keeper.ts';
import { answer, cool, credentials, rateLimit, scene, target } from '../ledger/health/healthy.ts';
import type { HandClock } from '../support/clock.ts';
import { account, configOf } from '../support/gateway.ts';

let clock: HandClock;
let data: SharedLedger;
let changes: HealthChange[];
let lines: string[];
let rows: Map<string, AsideEntry>;
let full: boolean;
let keeper: HealthKeeper;

beforeEach(() => {
  const made = scene();
  clock = made.clock;
  data = made.ledger;
  changes = made.changes;
  [lines, rows, full] = [[], new Map(), false];
  keeper = keeperOn(new SharedLedger(made.memory, 9, clock));
  keeper.begin({ write }, []);
});

function keeperOn(ledger: SharedLedger): HealthKeeper {
  return new HealthKeeper({
    clock,
    health: ledger.health,
    clean: (text) => text.replaceAll('sk-secret', '***'),
    say: (level, message) => void lines.push(`${level} ${message}`),
  });
}

async function write(changed: ReadonlyMap<string, AsideEntry | undefined>, pruneAt: number): Promise<void> {
  if (full) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
  for (const [id, entry] of changed) {
    if (entry === undefined) rows.delete(id);
    else rows.set(id, entry);
  }
  for (const [id, { aside }] of rows) if (aside.until < pruneAt) rows.delete(id);
}

function tell(): void {
  keeper.take(structuredClone(changes.splice(0)));
}

async function second(): Promise<void> {
  clock.advance(1_000);
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const main = target('main');

describe('what is put aside', () => {
  test('is known by name until it works again, and written a second later', async () => {
    cool(data.health, main, { ...rateLimit(42_000), message: 'sk-secret is too fast' });
    tell();
    assert.deepEqual(
      keeper.entries().map(({ provider, account: name, model, message }) => [provider, name, model, message]),
      [['up', 'main', 'large', '*** is too fast']],
    );
    assert.equal(rows.size, 0);
    await second();
    assert.equal(rows.size, 1);
    clock.advance(42_000);
    answer(data.health, main);
    tell();
    await second();
    assert.deepEqual([keeper.entries().length, rows.size], [0, 0]);
    assert.deepEqual(lines, [
      'warn up/main for large is put aside for 42 s after 429 (rate-limit): *** is too fast',
      'info up/main for large works again',
    ]);
  });

  test('is told in one line of bounded length, whatever clients and upstreams call things', () => {
    cool(data.health, target('main', `large\n\u001b[31mfake\u202e${'x'.repeat(1_000)}`), {
      ...rateLimit(),
      message: `slow\r\ndown${'!'.repeat(1_000)}`,
    });
    tell();
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /^warn up\/main for large \[31mfake x+… is put aside .*: slow down!+…$/);
    assert.ok((lines[0] ?? '').length < 800);
  });

  test('is told of once, however often it is made longer, and again when it comes again', () => {
    const [first, other] = [data.health.begin(main), data.health.begin(main)];
    first?.cool(rateLimit(10_000));
    other?.cool(rateLimit(20_000));
    tell();
    clock.advance(20_000);
    cool(data.health, main);
    tell();
    assert.equal(lines.length, 2);
    assert.match(lines[1] ?? '', /for 2 s after 429 \(rate-limit\), for the 2\. time in a row/);
    assert.equal(keeper.entries().length, 1);
  });

  test('is what the memory says, in whatever order threads tell of it', () => {
    cool(data.health, main);
    answer(data.health, main);
    changes.reverse();
    tell();
    assert.deepEqual(keeper.entries(), []);
  });

  test('by the hundred is a number in the log', () => {
    for (let index = 0; index < 100; index += 1) cool(data.health, target(`a${index}`));
    tell();
    assert.equal(lines.length, 20);
    clock.advance(10_000);
    assert.equal(lines[20], 'warn 80 more accounts or models were put aside or work again');
  });

  test('waits where it cannot be written, and that is told once', async () => {
    full = true;
    cool(data.health, main);
    tell();
    await second();
    await second();
    cool(data.health, target('other'), credentials);
    tell();
    full = false;
    await second();
    assert.equal(rows.size, 2);
    const told = lines.filter((line) => !line.includes('put aside for'));
    assert.equal(told.length, 2, lines.join('\n'));
    assert.match(told[0] ?? '', /^error which accounts are put aside cannot be saved: .* Make room\./);
  });

  test('is written a last time at the end', async () => {
    cool(data.health, main);
    tell();
    await keeper.close();
    assert.equal(rows.size, 1);
  });
});

describe('what is over', () => {
  test('is forgotten an hour after nobody asked', async () => {
    cool(data.health, main, rateLimit(1_000));
    tell();
    await second();
    clock.advance(3_600_001);
    cool(data.health, target('other'));
    tell();
    await second();
    assert.deepEqual(
      [...rows.values(), ...keeper.entries()].map((entry) => entry.account),
      ['other', 'other'],
    );
  });

  test('is forgotten when the configuration names the account no more, or with another credential', async () => {
    for (const name of ['main', 'gone', 'renewed']) cool(data.health, target(name), credentials);
    tell();
    const of = (name: string, fingerprint: string) => account(name, 'http://127.0.0.1:1', { fingerprint });
    const accounts = [of('main', 'c1'), of('renewed', 'c2')];
    keeper.configure(configOf({ providers: [{ name: 'up', url: 'http://127.0.0.1:1', accounts }] }));
    await second();
    assert.deepEqual(
      keeper.entries().map((entry) => entry.account),
      ['main'],
    );
    assert.equal(rows.size, 1);
  });
});

test('another life begins with what the last one had put aside', async () => {
  cool(data.health, main, rateLimit(60_000));
  cool(data.health, target('other'), credentials);
  tell();
  await keeper.close();
  const next = new SharedLedger(createMemory(), 9, clock);
  keeperOn(next).begin({ write }, JSON.parse(JSON.stringify([...rows.values()])));
  const view = next.health.of([main, target('other', 'small'), target('third')]);
  assert.deepEqual([view.state(0), view.state(1), view.state(2)], ['cooling', 'cooling', 'usable']);
  assert.equal(lines.at(-1), 'info 2 accounts or models are put aside still, from before the restart');
});
