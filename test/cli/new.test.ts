// What `new` makes works as it is: keys that fit the file, directories that pass their checks.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/cli/locate.ts';
import { discover } from '../../src/config/directories/discover.ts';
import { load } from '../../src/config/load.ts';
import { loadCode } from '../../src/config/load-code.ts';
import { fencedBlocks } from '../structure/tree.ts';
import { sitDown, smallest } from './typed.ts';

test('a new key is long, never the same, and its entry holds its hash', async (t) => {
  const desk = await sitDown(t);
  const { code, out } = await desk.type('keys', 'new', 'ci');
  const again = await desk.type('keys', 'new', 'ci');
  const secret = /^sk-portico-[\w-]{43}$/m.exec(out)?.[0];
  assert.equal(code, 0);
  assert.ok(secret);
  assert.notEqual(again.out, out);
  const entry = out.slice(out.indexOf('keys:'));
  assert.ok(entry.includes(`hash: sha256:${createHash('sha256').update(secret).digest('hex')}`));
  const file = await desk.write('gateway.yaml', `${smallest}${entry}`);
  const { config } = await load({ file, env: {}, builtin: packageRoot });
  assert.deepEqual(
    config?.keys.map((key) => key.name),
    ['ci'],
  );
});

test('a new plugin passes every check and its code loads', async (t) => {
  const desk = await sitDown(t);
  const made = await desk.type('plugins', 'new', 'say-hello');
  assert.equal(made.code, 0, made.error);
  await desk.write(
    'gateway.yaml',
    `${smallest}plugins: [logger, auth, { say-hello: { value: hi } }, translator, balancer]\n`,
  );
  const checked = await desk.type('check');
  assert.equal(checked.code, 0, checked.out);
  const [example] = fencedBlocks(await readFile(join(desk.directory, 'plugins/say-hello/README.md'), 'utf8'), 'yaml');
  await desk.write('example.yaml', `${smallest}${example?.text}`);
  assert.equal((await desk.type('check', 'example.yaml')).code, 0);
  const { directories, problems } = await discover('plugins', [desk.directory]);
  assert.deepEqual(problems, []);
  assert.equal(typeof (await loadCode(directories[0] ?? assert.fail(), 5000)), 'function');
  assert.match(await readFile(join(desk.directory, 'plugins/say-hello/index.ts'), 'utf8'), /function sayHello\(/);
});

test('a new provider passes every check, without code and with it', async (t) => {
  const desk = await sitDown(t);
  await desk.type('providers', 'new', 'acme');
  await desk.type('providers', 'new', 'apex', '--code');
  assert.deepEqual((await readdir(join(desk.directory, 'providers/acme'))).sort(), ['README.md', 'provider.yaml']);
  assert.ok((await readdir(join(desk.directory, 'providers/apex'))).includes('index.ts'));
  await desk.write(
    'gateway.yaml',
    'version: 1\nproviders:\n' +
      '  - { name: acme, accounts: [{ name: main, apiKey: "${env:KEY:-0123456789abcdef}" }] }\n' +
      '  - { name: apex, accounts: [{ name: main, apiKey: "${env:KEY:-0123456789abcdef}" }] }\n',
  );
  const { code, out } = await desk.type('check');
  assert.equal(code, 0, out);
  for (const name of ['acme', 'apex']) {
    const tested = await desk.type('providers', 'test', name);
    assert.equal(tested.code, 0, `${tested.out}${tested.error}`);
  }
});

test('new never overwrites', async (t) => {
  const desk = await sitDown(t);
  await desk.write('plugins/mine/index.ts', '// mine\n');
  const { code, error } = await desk.type('plugins', 'new', 'mine');
  assert.equal(code, 1);
  assert.match(error, /already there/);
  assert.deepEqual(await readdir(join(desk.directory, 'plugins/mine')), ['index.ts']);
});

test('names that would leave the directory, or that a file could not name, are refused', async (t) => {
  const desk = await sitDown(t);
  for (const name of ['../up', 'a/b', 'Capital', '-dash', '']) {
    assert.equal((await desk.type('plugins', 'new', '--', name)).code, 1, name);
  }
  assert.equal((await desk.type('keys', 'new', 'two words')).code, 1);
  assert.deepEqual(await readdir(desk.directory), []);
});

test('the lists show what is shipped, what is beside the file, and what is used', async (t) => {
  const desk = await sitDown(t);
  await desk.type('plugins', 'new', 'greeting');
  await desk.write('gateway.yaml', `${smallest}plugins: [auth, balancer, { greeting: off }]\n`);
  const plugins = await desk.type('plugins', 'list');
  assert.match(plugins.out, /^ {2}1 {2}auth +shipped/m);
  assert.match(plugins.out, new RegExp(`^off {2}greeting +${join(desk.directory, 'plugins/greeting')}`, 'm'));
  assert.match(plugins.out, /^ {5}logger +shipped/m);
  const providers = await desk.type('providers', 'list');
  assert.match(providers.out, /^mock +shipped .*used by mock$/m);
});
