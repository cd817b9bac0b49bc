// The laws of reload, on a running gateway with real threads and files.
import assert from 'node:assert/strict';
import { mkdir, readFile, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Home, until, usual } from './home.ts';

const base = 'listeners: [{ name: api, port: 0 }]\nthreads: 2\nproviders: [{ name: mock }]\n';
const withModel = (name: string) => `${base}models: [{ name: ${name}, targets: [mock-echo] }]\n`;
const knows = async (home: Home, model: string) => (await home.chat(model)).status === 200;

describe('reload', { timeout: 120_000 }, () => {
  test('a hundred reloads under 200 open streams and steady requests fail nobody', async () => {
    await using home = await (await Home.make(`${base}plugins: [auth, balancer]\n`)).start();
    const body = { model: 'mock-echo', stream: true, messages: [{ role: 'user', content: 'one two three' }] };
    const script = { 'x-mock': `chunks=100,pace=60,text=${'abcdefghij '.repeat(20)}` };
    const streams = await Promise.all(
      Array.from({ length: 200 }, () => home.post('/v1/chat/completions', body, script)),
    );
    const texts = streams.map((stream) => stream.text());
    let over = false;
    let asked = 0;
    const steady = Array.from({ length: 2 }, async () => {
      while (!over) {
        const response = await home.chat();
        assert.equal(response.status, 200, await response.text());
        asked += 1;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    });
    const revisions = new Set<string>();
    for (let round = 0; round < 100; round += 1) {
      await home.write(
        'gateway.yaml',
        `${usual}${base}plugins: [auth, { balancer: { attempts: ${1 + (round % 50)} } }]\n`,
      );
      const result = await home.running.reload();
      assert.notEqual(result.outcome, 'rejected', JSON.stringify(result.problems));
      revisions.add(result.revision);
    }
    over = true;
    await Promise.all(steady);
    for (const text of await Promise.all(texts)) assert.match(text, /\[DONE\]\s*$/);
    assert.equal(streams.length, texts.length);
    assert.ok(revisions.size >= 50, `${revisions.size} revisions`);
    assert.ok(asked > 100, `${asked} requests`);
    await until(() => home.inFlight === 0);
  });

  test('a change is seen however it is saved', async () => {
    await using home = await (await Home.make(withModel('first'))).start();
    assert.ok(await knows(home, 'first'));
    await home.write('gateway.yaml', usual + withModel('written'));
    await until(() => knows(home, 'written'));
    await home.replace('gateway.yaml', usual + withModel('renamed'));
    await until(() => knows(home, 'renamed'));
    await unlink(home.file);
    await home.write('gateway.yaml', usual + withModel('recreated'));
    await until(() => knows(home, 'recreated'));
    assert.equal((await home.chat('first')).status, 404);
  });

  test("Kubernetes' swap of a symlinked directory is seen", async () => {
    await using home = await Home.make('');
    const at = (name: string) => join(home.directory, name);
    const version = async (name: string, text: string) => {
      await mkdir(at(name));
      await writeFile(at(`${name}/gateway.yaml`), text);
    };
    await version('..v1', usual + withModel('first'));
    await symlink('..v1', at('..data'));
    await unlink(home.file);
    await symlink('..data/gateway.yaml', home.file);
    await home.start();
    assert.ok(await knows(home, 'first'));
    await version('..v2', usual + withModel('second'));
    await symlink('..v2', at('..data_tmp'));
    await rename(at('..data_tmp'), at('..data'));
    await rm(at('..v1'), { recursive: true });
    await until(() => knows(home, 'second'));
  });

  test('a bad file changes nothing, is visible, and a good one is taken again', async () => {
    await using home = await (await Home.make(withModel('good'))).start();
    const { revision } = home.running;
    await home.write('gateway.yaml', `${usual}${withModel('good')}rootes: []\n`);
    const rejected = await home.running.reload();
    assert.equal(rejected.outcome, 'rejected');
    assert.match(rejected.issues.map(({ message }) => message).join('\n'), /rootes.*routes/);
    assert.equal(home.running.revision, revision);
    assert.ok(await knows(home, 'good'));
    await home.write('gateway.yaml', usual + withModel('better'));
    await until(() => knows(home, 'better'));
  });

  test('the same bytes are no reload', async () => {
    await using home = await (await Home.make(withModel('same'))).start();
    const text = await readFile(home.file, 'utf8');
    await home.replace('gateway.yaml', text);
    assert.equal((await home.running.reload()).outcome, 'unchanged');
  });

  test('listeners come, move and go while others serve on', async () => {
    await using home = await (await Home.make(base)).start();
    const first = home.url;
    const two = base.replace('[{ name: api, port: 0 }]', '[{ name: api, port: 0 }, { name: extra, port: 0 }]');
    await home.write('gateway.yaml', usual + two);
    assert.equal((await home.running.reload()).outcome, 'committed');
    assert.equal(home.url, first, 'a chosen port is kept');
    const extra = home.urlOf(1);
    assert.equal((await fetch(`${extra}/health`)).status, 200);
    await home.write('gateway.yaml', usual + base);
    assert.equal((await home.running.reload()).outcome, 'committed');
    await until(() =>
      fetch(`${extra}/health`).then(
        () => false,
        () => true,
      ),
    );
    assert.equal((await fetch(`${first}/health`)).status, 200);
  });

  test('a port in use is a clear error that changes nothing', async () => {
    await using other = await (await Home.make(base)).start();
    await using home = await (await Home.make(base)).start();
    const taken = new URL(other.url).port;
    await home.write('gateway.yaml', usual + base.replace('port: 0', `port: ${taken}`));
    const result = await home.running.reload();
    assert.equal(result.outcome, 'rejected');
    assert.match(
      result.problems.map(({ message }) => message).join(),
      new RegExp(`${taken}.*another program listens`, 's'),
    );
    assert.ok(await knows(home, 'mock-echo'));
  });

  test('a bad file at boot: the last good revision serves, and says so', async () => {
    await using home = await (await Home.make(withModel('kept'))).start();
    await home.running.stop();
    await home.write('gateway.yaml', 'version: 1\nproviders: {{{\n');
    await home.start();
    assert.ok(await knows(home, 'kept'));
    assert.match(home.said.join(''), /the last that was good/);
    assert.equal(home.running.status().config.state, 'last-good');
    await home.write('gateway.yaml', usual + withModel('mended'));
    await until(() => knows(home, 'mended'));
  });
});
