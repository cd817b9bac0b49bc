// Every way a file changes is noticed, and bursts are told once.
import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { watchConfiguration } from '../../src/config/watch.ts';
import { HandClock } from '../support/clock.ts';
import { directory, write } from './directory.ts';

/** A watch whose tellings can be awaited one by one. */
async function watching(context: TestContext, directories: readonly string[], clock?: HandClock) {
  let told = 0;
  let wake: () => void = () => undefined;
  const onChange = () => {
    told += 1;
    wake();
  };
  const options = { directories, onChange, debounceMs: 20, pollMs: 3_600_000 };
  const watch = await watchConfiguration({ ...options, ...(clock && { clock, pollMs: 5000 }) });
  context.after(() => watch.close());
  return {
    watch,
    count: () => told,
    async next(): Promise<void> {
      const seen = told;
      while (told === seen) {
        await new Promise<void>((done) => {
          wake = done;
        });
      }
    },
  };
}

const ways: readonly (readonly [string, (file: string, home: string) => void])[] = [
  ['written in place', (file) => writeFileSync(file, 'new')],
  [
    'replaced by an atomic rename',
    (file) => {
      writeFileSync(`${file}.new`, 'new');
      renameSync(`${file}.new`, file);
    },
  ],
  [
    'deleted and made again',
    (file) => {
      rmSync(file);
      writeFileSync(file, 'new');
    },
  ],
  [
    'moved away and written anew, as editors do',
    (file) => {
      renameSync(file, `${file}.bak`);
      writeFileSync(file, 'new');
    },
  ],
  ['deleted', (file) => rmSync(file)],
  ['joined by another file', (_file, home) => writeFileSync(join(home, 'more.yaml'), 'x')],
  ['joined by a directory', (_file, home) => mkdirSync(join(home, 'plugins'))],
];

for (const [what, change] of ways) {
  test(`a file that is ${what} is noticed`, { timeout: 5000 }, async (context) => {
    const home = directory(context, { 'gateway.yaml': 'old' });
    const { next } = await watching(context, [home]);
    const noticed = next();
    change(join(home, 'gateway.yaml'), home);
    await noticed;
  });
}

test('the symbolic link that Kubernetes swaps is noticed', { timeout: 5000 }, async (context) => {
  const home = directory(context, { '..1/gateway.yaml': 'old', '..2/gateway.yaml': 'new' });
  symlinkSync('..1', join(home, '..data'));
  symlinkSync('..data/gateway.yaml', join(home, 'gateway.yaml'));
  const { next } = await watching(context, [home]);
  const noticed = next();
  symlinkSync('..2', join(home, '..data_tmp'));
  renameSync(join(home, '..data_tmp'), join(home, '..data'));
  rmSync(join(home, '..1'), { recursive: true });
  await noticed;
});

test('directories can be added and taken away while watching', { timeout: 5000 }, async (context) => {
  const [first, second] = [directory(context), directory(context)];
  const { watch, next } = await watching(context, [first]);
  watch.update([second]);
  const noticed = next();
  // Until the new watch stands, writing again is what makes the test independent of when that is.
  let settled = false;
  void noticed.then(() => {
    settled = true;
  });
  for (let index = 0; !settled; index += 1) {
    write(join(second, 'a.yaml'), String(index));
    await new Promise<void>((done) => setTimeout(done, 10));
  }
});

test('logs, swap files and the state directory beside the file are no change', { timeout: 5000 }, async (context) => {
  const home = directory(context, { 'gateway.yaml': 'old' });
  const clock = new HandClock();
  const { count } = await watching(context, [home], clock);
  for (const name of ['a.log', 'a.log.1', '.gateway.yaml.swp', 'gateway.yaml~', '.portico/x', '.ada.json.refresh.lock'])
    write(join(home, name), 'x');
  clock.advance(5000);
  while (clock.waiting === 0) await setImmediate();
  assert.equal(count(), 0);
});

test('what the system does not tell is found by the poll', { timeout: 5000 }, async (context) => {
  const home = directory(context, { 'inside/gateway.yaml': 'old' });
  const clock = new HandClock();
  const { next, count } = await watching(context, [join(home, 'inside')], clock);
  rmSync(join(home, 'inside'), { recursive: true });
  write(join(home, 'inside/gateway.yaml'), 'new, in a directory that is not the one watched');
  const noticed = next();
  clock.advance(5000);
  await noticed;
  assert.ok(count() >= 1);
});

test('a burst is told once, when it is over', { timeout: 5000 }, async (context) => {
  const home = directory(context, { 'gateway.yaml': 'old' });
  const clock = new HandClock();
  const { next, count } = await watching(context, [home], clock);
  const idle = clock.waiting;
  for (let index = 0; index < 20; index += 1) write(join(home, 'gateway.yaml'), String(index));
  while (clock.waiting === idle) await setImmediate();
  assert.equal(count(), 0);
  const noticed = next();
  clock.advance(20);
  await noticed;
  assert.equal(count(), 1);
});

test('nothing is told after close', { timeout: 5000 }, async (context) => {
  const home = directory(context, { 'gateway.yaml': 'old' });
  const clock = new HandClock();
  const { watch, count } = await watching(context, [home], clock);
  await watch.close();
  write(join(home, 'gateway.yaml'), 'new');
  clock.advance(60_000);
  assert.equal(count(), 0);
  assert.equal(clock.waiting, 0);
});
