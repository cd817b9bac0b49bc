// portico config: show, get, set, unset, schema, validate, env.
import assert from 'node:assert/strict';
import { chmod, readFile, stat } from 'node:fs/promises';
import { test } from 'node:test';
import { sitDown, smallest } from './typed.ts';

const secret = 'a-literal-secret-of-ci';
const file = `${smallest}    timeouts: { firstByte: 60s }   # patient
keys:
  - { name: ci, key: ${secret} }
  - { name: web, key: "\${env:WEB_KEY:-a-default-that-is-secret}" }
`;

test('show prints the merged file, references as written, secrets masked', async (t) => {
  const desk = await sitDown(t);
  await desk.write('gateway.yaml', `${file}include: [more.yaml]\n`);
  await desk.write('more.yaml', 'models:\n  - { name: fast, targets: [mock-echo] }\n');
  const { code, out } = await desk.type('config', 'show');
  assert.equal(code, 0);
  assert.match(out, /firstByte: 60s/);
  assert.match(out, /name: fast/);
  assert.match(out, /\$\{env:WEB_KEY:-\*\*\*\}/);
  assert.ok(!out.includes(secret) && !out.includes('a-default-that-is-secret'));
  assert.ok(!out.includes('threads'));
  const whole = JSON.parse((await desk.type('config', 'show', '--defaults', '--json')).out);
  assert.equal(whole.threads, 'auto');
  assert.equal(whole.providers[0].timeouts.connect, '10s');
});

test('get prints what is written, or its default, or says that there is none', async (t) => {
  const desk = await sitDown(t);
  await desk.write('gateway.yaml', file);
  assert.equal((await desk.type('config', 'get', 'providers[mock].timeouts.firstByte')).out, '60s\n');
  assert.equal((await desk.type('config', 'get', 'providers[mock].timeouts.idle')).out, '5m\n');
  assert.equal((await desk.type('config', 'get', 'keys[ci].key')).out.trim(), '"***"');
  assert.deepEqual(JSON.parse((await desk.type('config', 'get', 'keys[web]', '--json')).out), {
    name: 'web',
    key: '${env:WEB_KEY:-***}',
  });
  const missing = await desk.type('config', 'get', 'providers[mock].baseUrl');
  assert.equal(missing.code, 1);
  assert.match(missing.error, /is not set/);
  assert.match((await desk.type('config', 'get', 'thread')).error, /no such setting/);
  assert.match((await desk.type('config', 'get', 'a..b')).error, /no place/);
});

test('set writes one value, keeps the rest and the mode of the file, and shows the change', async (t) => {
  const desk = await sitDown(t);
  const path = await desk.write('gateway.yaml', file);
  await chmod(path, 0o640);
  const { code, out } = await desk.type('config', 'set', 'providers[mock].timeouts.firstByte', '90s');
  assert.equal(code, 0);
  assert.match(out, /-.*firstByte: 60s.*\n\+.*firstByte: 90s/);
  assert.equal(await readFile(path, 'utf8'), file.replace('60s', '90s'));
  assert.equal((await stat(path)).mode & 0o777, 0o640);
  assert.equal(
    (await desk.type('config', 'set', 'providers[mock].timeouts.firstByte', '90s')).out,
    'nothing to change\n',
  );
});

test('set edits the include that holds the place', async (t) => {
  const desk = await sitDown(t);
  await desk.write('gateway.yaml', `${file}include: [more.yaml]\n`);
  const more = await desk.write('more.yaml', 'models:\n  - { name: fast, targets: [mock-echo] }\n');
  assert.equal((await desk.type('config', 'set', 'models[fast].hidden', 'true')).code, 0);
  assert.equal(await readFile(more, 'utf8'), 'models:\n  - { name: fast, targets: [mock-echo], hidden: true }\n');
});

test('set does not write what would not be valid, nor anything on a dry run', async (t) => {
  const desk = await sitDown(t);
  const path = await desk.write('gateway.yaml', file);
  const bad = await desk.type('config', 'set', 'threads', 'many');
  assert.equal(bad.code, 1);
  assert.match(bad.error, /threads: must be `auto` or a number/);
  const dry = await desk.type('config', 'set', 'threads', '2', '--dry-run');
  assert.equal(dry.code, 0);
  assert.match(dry.out, /\+threads: 2/);
  assert.match((await desk.type('config', 'set', 'threads', '{')).error, /not YAML/);
  assert.equal(await readFile(path, 'utf8'), file);
});

test('what is shown of a change holds no secret', async (t) => {
  const desk = await sitDown(t);
  await desk.write('gateway.yaml', file);
  const { out } = await desk.type('config', 'set', 'keys[ci].key', 'another-secret-that-is-literal');
  assert.match(out, /key: \*\*\*/);
  assert.ok(!out.includes(secret) && !out.includes('another-secret'), out);
});

test('unset takes a setting out', async (t) => {
  const desk = await sitDown(t);
  const path = await desk.write('gateway.yaml', file);
  assert.equal((await desk.type('config', 'unset', 'keys[web]')).code, 0);
  assert.equal(
    await readFile(path, 'utf8'),
    file
      .split('\n')
      .filter((line) => !line.includes('web'))
      .join('\n'),
  );
  assert.match((await desk.type('config', 'unset', 'keys[web]')).error, /is not set/);
});

test('schema prints the schemas; validate is check', async (t) => {
  const desk = await sitDown(t);
  await desk.write('gateway.yaml', file);
  assert.ok(JSON.parse((await desk.type('config', 'schema')).out).properties.listeners);
  assert.ok(JSON.parse((await desk.type('config', 'schema', '--of', 'provider')).out).properties.dialects);
  assert.match((await desk.type('config', 'validate')).out, /^(.*warning.*\n)*valid: revision/s);
  assert.equal((await desk.type('config', 'validate', 'nowhere.yaml')).code, 1);
});

test('env lists what is referred to, never a value, and fails where something needed is missing', async (t) => {
  const desk = await sitDown(t, { WEB_KEY: 'the-value-of-web-key' });
  await desk.write('gateway.yaml', file);
  const set = await desk.type('config', 'env');
  assert.equal(set.code, 0);
  assert.match(set.out, /WEB_KEY +set +the configuration, with a default/);
  assert.ok(!set.out.includes('the-value-of-web-key'));
  await desk.write('gateway.yaml', `${file}# \${env:IN_A_COMMENT}\negress: [{ name: out, url: "\${env:PROXY}" }]\n`);
  const missing = await desk.type('config', 'env', '--json');
  assert.equal(missing.code, 1);
  const names = (JSON.parse(missing.out) as { name: string; state: string }[]).map(
    ({ name, state }) => `${name} ${state}`,
  );
  const own = ['STATE', 'CONFIG', 'HOST', 'PORT', 'CONTROL_PORT', 'OAUTH_HOST'].map(
    (name) => `PORTICO_${name} not set`,
  );
  assert.deepEqual(names, [...own, 'NO_COLOR not set', 'WEB_KEY set', 'PROXY not set']);
});

test('env lists the callback ports of logins with a browser, by provider and by directory', async (t) => {
  const desk = await sitDown(t, { PORTICO_OAUTH_PORT_TEAM_A: '9000' });
  const account = '{ name: a, apiKey: k-0123456789 }';
  const lines = [
    `  - { name: team.a, use: gemini, accounts: [${account}] }`,
    `  - { name: qwen, accounts: [${account}] }`,
  ];
  await desk.write('gateway.yaml', `${smallest}${lines.join('\n')}\n`);
  const { out } = await desk.type('config', 'env', '--json');
  const ports = (JSON.parse(out) as { name: string; state: string }[])
    .filter(({ name }) => name.startsWith('PORTICO_OAUTH_PORT_'))
    .map(({ name, state }) => `${name} ${state}`);
  assert.deepEqual(ports, ['PORTICO_OAUTH_PORT_GEMINI not set', 'PORTICO_OAUTH_PORT_TEAM_A set']);
});
