// portico serve: which file it serves and where it binds, by option, by variable, by file, in a process of its own.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { sitDown } from '../cli/typed.ts';
import { until } from './home.ts';
import { typed } from './signing-in.ts';

/** Ports that nobody could bind: what binds was told otherwise. */
const file = `version: 1
listeners: [{ name: api, host: 192.0.2.1, port: 1 }, { name: second, port: 0 }]
control: { port: 1 }
providers: [{ name: mock }]
keys: [{ name: ci, key: sk-test-0123456789abcdef }]
threads: 1
`;

async function place(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'portico-address-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  await writeFile(join(directory, 'other.yaml'), file);
  return directory;
}

/** Addresses of the data listeners, from a gateway that is ended then. */
async function bound(t: TestContext, cwd: string, words: string[], env: NodeJS.ProcessEnv): Promise<string[]> {
  const gateway = typed(t, ['serve', ...words], {
    cwd,
    env: { PATH: process.env.PATH, PORTICO_STATE: 'state', ...env },
  });
  const run = join(cwd, 'state', 'run.json');
  const read = async () => JSON.parse(await readFile(run, 'utf8').catch(() => '{}')).control;
  void gateway.ended.then(({ error }) => error && t.diagnostic(error));
  await until(async () => (await read()) !== undefined || gateway.child.exitCode !== null);
  const { host, port } = await read();
  const token = (await readFile(join(cwd, 'state', 'control-token'), 'utf8')).trim();
  const answer = await fetch(`http://${host}:${port}/status`, { headers: { authorization: `Bearer ${token}` } });
  const { listeners } = JSON.parse(await answer.text());
  gateway.child.kill('SIGTERM');
  assert.equal((await gateway.ended).code, 0);
  return listeners.map((one: { host: string; port: number }) => `${one.host}:${one.port > 1 ? 'any' : one.port}`);
}

suite('where it binds', { concurrency: true, timeout: 60_000 }, () => {
  test('options come before variables, those before the file; nothing is said of other listeners', async (t) => {
    const cwd = await place(t);
    const addresses = { PORTICO_HOST: '127.0.0.3', PORTICO_PORT: '2', PORTICO_CONTROL_PORT: '0' };
    const listeners = await bound(t, cwd, ['--port', '0'], { PORTICO_CONFIG: 'other.yaml', ...addresses });
    assert.deepEqual(listeners, ['127.0.0.3:any', '127.0.0.1:any']);
  });

  test('what is no port, no file or no address is refused with what to do', async (t) => {
    const refused = async (words: string[], env: NodeJS.ProcessEnv) => {
      const desk = await sitDown(t, env);
      await desk.write('other.yaml', file);
      const { code, error } = await desk.type('serve', ...words);
      assert.ok(code === 1 || code === 2, String(code));
      return error;
    };
    assert.match(await refused(['--port', '70000'], {}), /A port is a number from 0 to 65535/);
    const variable = await refused(['--config', 'other.yaml'], { PORTICO_PORT: 'http' });
    assert.match(variable, /listeners\[0\]\.port: the environment variable PORTICO_PORT is no port: set it/);
    assert.match(await refused([], { PORTICO_CONFIG: 'nowhere.yaml' }), /nowhere\.yaml\.\n.*PORTICO_CONFIG names it/s);
    const control = { PORTICO_HOST: '127.0.0.1', PORTICO_PORT: '0', PORTICO_CONTROL_PORT: 'x' };
    assert.match(
      await refused(['--config', 'other.yaml'], control),
      /control\.port: .*PORTICO_CONTROL_PORT is no port/,
    );
  });
});
