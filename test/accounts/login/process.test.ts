// A login in a process of its own: it keeps the process alive while it waits, and lets it go when it has ended.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { oddVendor } from './odd-vendor.ts';

const script = `
import { systemClock } from './src/core/index.ts';
import { startLogin } from './src/accounts/login/start-login.ts';
const [facts, options] = JSON.parse(process.argv[1]);
const { login } = await startLogin(facts, { clock: systemClock, ...options });
process.stdout.write(JSON.stringify(await login.outcome));
`;

async function run(...told: readonly [unknown, unknown]): Promise<{ code: number | null; out: string; error: string }> {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script, JSON.stringify(told)], {
    cwd: new URL('../../../', import.meta.url),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
  });
  const texts = Promise.all([text(child.stdout), text(child.stderr)]);
  const code = await new Promise<number | null>((done) => child.once('close', done));
  const [out, error] = await texts;
  return { code, out, error };
}

test('a device login that nothing else keeps the process alive for', async (context) => {
  const vendor = await oddVendor(context, {
    '/device': [{ device_code: 'd', user_code: 'U', verification_uri: 'https://vendor.example/d', interval: 0.05 }],
    '/token': [{ error: 'authorization_pending' }, { access_token: 'at-1' }],
  });
  const { code, out, error } = await run(vendor.facts(), { listen: true, flow: 'device' });
  assert.equal(error, '');
  assert.equal(code, 0);
  assert.equal(JSON.parse(out).granted.tokens.accessToken, 'at-1');
});

test('a login that is waited for in vain, with a listener: the process ends by itself', async (context) => {
  const vendor = await oddVendor(context, {});
  const { code, out, error } = await run(vendor.facts(), { listen: true, limitMs: 50 });
  assert.equal(error, '');
  assert.equal(code, 0);
  assert.equal(JSON.parse(out).problem.code, 'timeout');
});
