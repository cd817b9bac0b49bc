// Several processes on one credential file, against a server that revokes the whole family when a refresh token is used twice.
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { whileWriting } from '../../src/accounts/file/lock.ts';
import { directory } from '../config/directory.ts';
import { desk, sourceOf, until } from './desk.ts';

interface Outcome {
  readonly error?: string;
  readonly refreshed?: boolean;
}

async function start(context: TestContext, script: string, ...argv: string[]): Promise<ChildProcess> {
  const child = fork(new URL(script, import.meta.url), argv, { serialization: 'advanced' });
  context.after(() => child.kill('SIGKILL'));
  await once(child, 'message');
  return child;
}

async function told(child: ChildProcess, message: object): Promise<Outcome> {
  const answer = once(child, 'message');
  child.send(message);
  return (await answer)[0] as Outcome;
}

test('three processes that refresh one account at once: one asks, the others take what it got', async (context) => {
  const { server, file, home, keeper, token } = await desk(context);
  const children = await Promise.all([start(context, './refresher.ts'), start(context, './refresher.ts')]);
  for (let round = 1; round <= 4; round += 1) {
    const { access_token: accessToken, refresh_token: refreshToken } = JSON.parse(readFileSync(file, 'utf8'));
    const source = sourceOf(server, file, { accessToken, refreshToken });
    keeper.take([source]);
    const own = keeper.refresh('acme', 'ada', accessToken);
    const others = await Promise.all(children.map((child) => told(child, source)));
    assert.equal(await own, true);
    assert.deepEqual(
      others.map(({ error }) => error),
      [undefined, undefined],
    );
    assert.equal(server.requests(), round);
    const now = JSON.parse(readFileSync(file, 'utf8'));
    assert.equal(now.access_token, token());
    assert.ok(await server.isGood(now.access_token), 'the family lives');
  }
  assert.deepEqual(readdirSync(home), ['ada.json'], 'no lock is left behind');
});

test('a process that is killed keeps nobody from the file', async (context) => {
  const file = join(directory(context), 'ada.json');
  writeFileSync(file, '{}');
  const holder = await start(context, './holder.ts', 'writing', file);
  let mine = false;
  const work = whileWriting(file, async () => {
    mine = true;
  });
  const ended = once(holder, 'exit');
  // Time enough for whoever does not wait.
  for (let turn = 0; turn < 500; turn += 1) await new Promise((done) => setImmediate(done));
  assert.equal(mine, false);
  holder.kill('SIGKILL');
  await ended;
  await work;
  assert.equal(mine, true);
});

test('a process that hangs over a refresh keeps the others from it, but not for ever', async (context) => {
  const { server, file, keeper, clock, accessToken, refreshToken, token } = await desk(context);
  const holder = await start(context, './holder.ts', 'refreshing', file);
  keeper.take([sourceOf(server, file, { accessToken, refreshToken })]);
  const waiting = keeper.refresh('acme', 'ada', accessToken);
  clock.advance(34_999);
  assert.equal(keeper.status()[0]?.refresh.state, 'running');
  clock.advance(1);
  assert.equal(await waiting, false);
  const [status] = keeper.status();
  assert.match(
    status?.reason ?? '',
    /^another process is refreshing it for too long: it holds .*\.ada\.json\.refresh\.lock$/,
  );
  assert.deepEqual([status?.broken, status?.refresh.state, server.requests()], [false, 'failing', 0]);
  const ended = once(holder, 'exit');
  holder.kill('SIGKILL');
  await ended;
  clock.advance((status?.refresh.next ?? 0) - clock.now());
  await until(() => token() !== accessToken);
  assert.equal(server.requests(), 1);
});

test('a superuser’s lock is the directory owner’s: a gateway of that user takes part', async (context) => {
  const home = directory(context);
  if (process.getuid?.() === 0) chownSync(home, 65_534, 65_534);
  const file = join(home, 'ada.json');
  writeFileSync(file, '{}');
  await whileWriting(file, async () => {
    assert.equal(statSync(join(home, '.ada.json.lock')).uid, statSync(home).uid);
  });
});

test('a link or a directory in the place of a lock leads nowhere, and keeps nobody from the file', async (context) => {
  const home = directory(context);
  const elsewhere = join(home, 'elsewhere');
  symlinkSync(elsewhere, join(home, '.ada.json.lock'));
  mkdirSync(join(home, '.bob.json.lock'));
  for (const name of ['ada.json', 'bob.json']) {
    assert.equal(await whileWriting(join(home, name), () => Promise.resolve('written')), 'written');
  }
  assert.ok(!existsSync(elsewhere), 'a superuser would have made a file there for whoever set the link');
});

test('within one process they wait for each other in turn, and one that fails holds up nobody', async (context) => {
  const home = directory(context);
  const file = join(home, 'ada.json');
  writeFileSync(file, '{}');
  const order: string[] = [];
  const all = ['a', 'b', 'c'].map((name) =>
    whileWriting(file, async () => {
      order.push(`${name} in`);
      await new Promise((done) => setImmediate(done));
      order.push(`${name} out`);
      if (name === 'b') throw new Error('b is unwell');
    }),
  );
  const settled = await Promise.allSettled(all);
  const pairs = [0, 2, 4].map((at) => `${order[at]} ${order[at + 1]}`);
  assert.deepEqual(pairs.sort(), ['a in a out', 'b in b out', 'c in c out']);
  assert.deepEqual(
    settled.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(readdirSync(home), ['ada.json']);
});
