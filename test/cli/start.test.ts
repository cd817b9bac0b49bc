// The one-minute start, in a process of its own: serve the shipped file, take the key it prints, ask in every dialect.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { packageRoot } from '../../src/cli/locate.ts';

const turns = [{ role: 'user', content: 'Hello' }];
const asked: readonly (readonly [string, string, object])[] = [
  ['/v1/chat/completions', 'authorization', { model: 'mock-echo', messages: turns }],
  ['/v1/responses', 'api-key', { model: 'mock-echo', input: 'Hello' }],
  ['/v1/messages', 'x-api-key', { model: 'mock-echo', max_tokens: 9, messages: turns }],
  ['/v1beta/models/mock-echo:generateContent', 'x-goog-api-key', { contents: [{ parts: [{ text: 'Hello' }] }] }],
];

test('the shipped gateway starts with one command and answers in every dialect', { timeout: 30_000 }, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'portico-start-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const child = spawn(process.execPath, [join(packageRoot, 'bin/portico.js'), 'serve'], {
    cwd: directory,
    env: { PATH: process.env.PATH, PORTICO_PORT: '0', PORTICO_CONTROL_PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  const { key, base } = await announced(child);

  for (const [path, header, body] of asked) {
    const value = header === 'authorization' ? `Bearer ${key}` : key;
    const headers = { [header]: value, 'content-type': 'application/json' };
    const response = await fetch(`${base}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    const answer = await response.text();
    assert.equal(response.status, 200, `${path}: ${answer}`);
    assert.match(answer, /Hello/);
  }
  assert.equal((await fetch(`${base}/v1/models`)).status, 401);

  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
});

/** The key and the address of the first listener, as printed. */
async function announced(child: ChildProcess): Promise<{ key: string; base: string }> {
  assert.ok(child.stdout && child.stderr);
  let text = '';
  child.stderr.on('data', (chunk) => {
    text += chunk;
  });
  for await (const line of createInterface({ input: child.stdout })) {
    text += `${line}\n`;
    const key = /sk-portico-[\w-]+/.exec(text)?.[0];
    const base = /api: (http:\/\/127\.0\.0\.1:[1-9]\d*)/.exec(text)?.[1];
    if (key !== undefined && base !== undefined) return { key, base };
  }
  return assert.fail(`it ended without a key or an address:\n${text}`);
}
