// `portico logs` against a gateway that runs, and across its restart, in a process of its own.
import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { packageRoot } from '../../src/cli/locate.ts';
import { systemClock } from '../../src/core/index.ts';
import type { Running } from '../../src/process/serve.ts';
import { gatewayAt } from './gateway-at.ts';
import { type Desk, sitDown } from './typed.ts';

const secret = 'sk-client-0123456789abcdef';
/** Its log goes nowhere. */
const text = `version: 1
listeners: [{ name: api, port: 0 }]
providers: [{ name: mock }]
keys: [{ name: ci, key: ${secret} }]
plugins: [logger, auth, balancer]
control: { port: 0 }
threads: 1
logging: { outputs: [] }
`;

async function ask(running: Running, path: string): Promise<void> {
  const { host, port } = running.listeners[0] ?? assert.fail();
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json', 'user-agent': secret };
  await (await fetch(`http://${host}:${port}${path}`, { headers })).text();
}

/** Runs `portico <words>` in a process of its own. */
function spawnPortico(t: TestContext, desk: Desk, ...words: string[]) {
  const child: ChildProcessWithoutNullStreams = spawn(
    process.execPath,
    [`${packageRoot}/bin/portico.js`, ...words, '--state', desk.state],
    { cwd: desk.directory },
  );
  t.after(() => child.kill('SIGKILL'));
  return { out: new Lines(child.stdout), error: new Lines(child.stderr) };
}

/** Lines as they come: none is missed, none is found twice. */
class Lines {
  readonly #waiting: string[] = [];
  #arrived = Promise.withResolvers<void>();

  constructor(stream: NodeJS.ReadableStream) {
    createInterface(stream).on('line', (line) => {
      this.#waiting.push(line);
      this.#arrived.resolve();
    });
  }

  /** The next one with this in it; those before it are passed over. */
  async with(wanted: string): Promise<string> {
    for (;;) {
      const line = this.#waiting.shift();
      if (line?.includes(wanted)) return line;
      if (line !== undefined) continue;
      this.#arrived = Promise.withResolvers();
      await this.#arrived.promise;
    }
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = systemClock.ticks() + 10_000;
  while (!(await isSo())) {
    assert.ok(systemClock.ticks() < deadline);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('shows what was logged, chosen by kind, level, pattern and number, secrets masked', async (t) => {
  const desk = await sitDown(t);
  const running = await gatewayAt(t, desk, text);
  await ask(running, '/v1/models');
  await ask(running, '/v1/unknown-thing');
  await until(async () => (await desk.type('logs', '--kind', 'requests')).out.split('\n').length === 3);

  const everything = await desk.type('logs');
  assert.equal(everything.code, 0, everything.error);
  assert.match(everything.out, /info {2}config {3}serving revision/);
  assert.match(everything.out, /GET \/v1\/models 200/);
  assert.ok(!everything.out.includes(secret));

  const found = await desk.type('logs', '--grep', 'unknown-\\w+', '--json');
  const request = JSON.parse(found.out).request;
  assert.equal(request.path, '/v1/unknown-thing');
  assert.equal(request.userAgent, '***');
  assert.match(request.traceId, /^[0-9a-f]{32}$/);

  assert.match((await desk.type('logs', '--kind', 'requests', '-n', '1')).out, /^\S+ info .*unknown-thing.*\n$/);
  assert.equal((await desk.type('logs', '--level', 'error')).out, '');
  assert.equal((await desk.type('logs', '--grep', '(')).code, 1);
  assert.equal((await desk.type('logs', '-n', '1001')).code, 1);
});

test('follows through a restart, and says so', { timeout: 60_000 }, async (t) => {
  const desk = await sitDown(t);
  const running = await gatewayAt(t, desk, text);
  const { out, error } = spawnPortico(t, desk, 'logs', '-f', '-n', '1');
  await out.with('listening');
  await ask(running, '/v1/models');
  await out.with('GET /v1/models 200');
  await running.stop();
  await error.with('waiting for it');
  const again = await gatewayAt(t, desk, text);
  await error.with('connected again');
  await out.with('serving revision');
  await ask(again, '/v1/models');
  await out.with('GET /v1/models 200');
});

test('top prints once where there is no terminal', async (t) => {
  const desk = await sitDown(t);
  const running = await gatewayAt(t, desk, text);
  await ask(running, '/v1/models');
  await until(async () => JSON.parse((await desk.type('top', '--json')).out).total.requests === 1);
  const { code, out, error } = await desk.type('top');
  assert.equal(code, 0, error);
  assert.match(out, new RegExp(`^portico \\S+ {3}revision ${running.revision} `));
  assert.match(out, /^keys\nNAME .*\nci +\S+/m);
});

test('without a gateway both say how to start one', async (t) => {
  const desk = await sitDown(t);
  for (const words of [['logs'], ['logs', '-f'], ['top']]) {
    const { code, error } = await desk.type(...words);
    assert.equal(code, 1);
    assert.match(error, /No gateway runs/);
  }
});
