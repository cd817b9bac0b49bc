// portico accounts vault: files into the vault, from one key to the next, and out again; never a secret in the output.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { newKey } from '../../src/config/credentials/vault/key.ts';
import { type Desk, type Said, sitDown } from './typed.ts';

const keys = { ONE: newKey(), TWO: newKey() };
const secrets = ['ref-secret-0123456789', 'key-secret-0123456789', keys.ONE, keys.TWO];

function configured(vault: string): string {
  return `
version: 1
accounts: { directory: ./accounts${vault === '' ? '' : `, vault: ${vault}`} }
providers:
  - { name: openai, accounts: [{ name: apart, file: ./apart.json }] }
`;
}

const withOne = configured('{ key: "${env:ONE}" }');
const withTwo = configured('{ key: "${env:TWO}", previous: ["${env:ONE}"] }');

const files: Readonly<Record<string, unknown>> = {
  'accounts/ada.json': {
    provider: 'openai',
    access_token: 'acc',
    refresh_token: 'ref-secret-0123456789',
    expires_in: 60,
  },
  'accounts/team.json': [{ provider: 'openai', apiKey: 'key-secret-0123456789' }],
  'apart.json': { apiKey: 'key-secret-0123456789-2' },
};

async function desk(context: TestContext, text = withOne): Promise<Desk> {
  const at = await sitDown(context, keys);
  await at.write('gateway.yaml', text);
  for (const [name, value] of Object.entries(files)) await at.write(name, JSON.stringify(value));
  return at;
}

async function vault(at: Desk, ...words: string[]): Promise<Said> {
  const said = await at.type('accounts', 'vault', ...words);
  for (const secret of secrets) assert.ok(!(said.out + said.error).includes(secret), said.out);
  return said;
}

interface Listed {
  readonly keys: readonly string[];
  readonly files: readonly { file: string; state?: string; outcome?: string; kid?: string; reason?: string }[];
  readonly totals?: Readonly<Record<string, number>>;
}

async function listed(at: Desk, ...words: string[]): Promise<Listed & { code: number }> {
  const { out, code } = await vault(at, ...words, '--json');
  return { ...(JSON.parse(out) as Listed), code };
}

const text = (at: Desk, name: string) => readFileSync(join(at.directory, name), 'utf8');
const states = async (at: Desk) => (await listed(at, 'status')).files.map(({ state }) => state);

test('sealed, sealed anew with another key, opened: the same account at every step', async (context) => {
  const at = await desk(context);
  assert.equal((await listed(at, 'status')).code, 1);
  assert.deepEqual(await states(at), ['plain', 'plain', 'plain']);
  const sealed = await listed(at, 'seal');
  assert.deepEqual([sealed.code, sealed.totals], [0, { sealed: 3, opened: 0, unchanged: 0, failed: 0 }]);
  assert.equal((await listed(at, 'status')).code, 0);
  for (const name of Object.keys(files)) {
    assert.doesNotMatch(text(at, name), /secret|openai|apiKey/);
    assert.equal(statSync(join(at.directory, name)).mode & 0o777, 0o600);
  }
  assert.doesNotMatch((await at.type('check', '--json')).out, /plain|sealed/);

  await at.write('gateway.yaml', withTwo);
  assert.deepEqual(await states(at), ['previous', 'previous', 'previous']);
  assert.match(
    (await vault(at, 'seal')).out,
    /unchanged {2}it is sealed with a previous key: `portico accounts vault rotate`/,
  );
  const rotated = await listed(at, 'rotate');
  assert.deepEqual([rotated.code, rotated.totals?.sealed], [0, 3]);
  await at.write('gateway.yaml', configured('{ key: "${env:TWO}" }'));
  assert.deepEqual(await states(at), ['sealed', 'sealed', 'sealed']);

  assert.equal((await listed(at, 'open', '--yes')).totals?.opened, 3);
  for (const [name, value] of Object.entries(files)) assert.deepEqual(JSON.parse(text(at, name)), value);
  await at.write('gateway.yaml', configured(''));
  assert.deepEqual([(await listed(at, 'status')).code, await states(at)], [0, ['plain', 'plain', 'plain']]);
  assert.deepEqual(
    readdirSync(join(at.directory, 'accounts')).filter((name) => !name.endsWith('.json')),
    [],
    'nothing is left beside them',
  );
});

test('a run does what is left to do: a second one changes nothing', async (context) => {
  const at = await desk(context);
  await vault(at, 'seal');
  const before = text(at, 'accounts/ada.json');
  assert.deepEqual((await listed(at, 'rotate')).totals, { sealed: 0, opened: 0, unchanged: 3, failed: 0 });
  assert.equal(text(at, 'accounts/ada.json'), before);
});

test('a dry run says what would be done, and does nothing', async (context) => {
  const at = await desk(context);
  const { out, code } = await vault(at, 'seal', '--dry-run');
  assert.equal(code, 0);
  assert.match(out, /3 sealed \(nothing was written\)/);
  assert.equal(text(at, 'accounts/ada.json'), JSON.stringify(files['accounts/ada.json']));
  await vault(at, 'seal');
  assert.match((await vault(at, 'open', '--dry-run')).out, /3 opened \(nothing was written\)/);
  assert.deepEqual(await states(at), ['sealed', 'sealed', 'sealed']);
});

test('nothing is written in clear unless that is said', async (context) => {
  const at = await desk(context);
  await vault(at, 'seal');
  const { code, error } = await vault(at, 'open');
  assert.equal(code, 2);
  assert.match(error, /3 credential files would be written in clear\.\nSay --yes/);
  assert.deepEqual(await states(at), ['sealed', 'sealed', 'sealed']);
});

test('a file that cannot be changed is named, and the others are', async (context) => {
  const at = await desk(context, withTwo);
  await vault(at, 'seal');
  await at.write('accounts/broken.json', '{"apiKey": "key-secret-0123456789", ');
  await at.write('accounts/lost.json', text(at, 'apart.json'));
  await at.write('gateway.yaml', withOne);
  await at.write('accounts/new.json', JSON.stringify(files['apart.json']));
  const { code, totals, files: rows } = await listed(at, 'rotate');
  assert.deepEqual([code, totals], [1, { sealed: 1, opened: 0, unchanged: 0, failed: 5 }]);
  assert.match(rows.find(({ file }) => file.endsWith('broken.json'))?.reason ?? '', /it is not valid JSON/);
  assert.match(
    rows.find(({ file }) => file.endsWith('lost.json'))?.reason ?? '',
    /sealed with the key \w{12}, and accounts\.vault has/,
  );
  const status = await vault(at, 'status');
  assert.equal(status.code, 1);
  assert.match(status.out, /accounts\/broken\.json +broken/);
  assert.match(status.out, /accounts\/lost\.json +locked +[0-9a-f]{12} +it is sealed with the key/);
  assert.match(status.out, /accounts\/new\.json +sealed/);
});

test('a link stays a link, a file that two names lead to is one, and when it was written stays', async (context) => {
  const at = await desk(context);
  mkdirSync(join(at.directory, 'real'));
  const real = join(at.directory, 'real/eve.json');
  writeFileSync(real, JSON.stringify({ provider: 'openai', apiKey: 'key-secret-0123456789-3' }));
  for (const name of ['eve', 'eva']) symlinkSync(real, join(at.directory, `accounts/${name}.json`));
  const long = new Date('2026-01-02T03:04:05Z');
  utimesSync(join(at.directory, 'accounts/ada.json'), long, long);
  const { files: rows } = await listed(at, 'seal');
  assert.equal(rows.length, 4);
  assert.match(readFileSync(real, 'utf8'), /"jwe"/);
  assert.equal(statSync(join(at.directory, 'accounts/ada.json')).mtimeMs, long.getTime());
});

test('what an interrupted write left beside the files is named', async (context) => {
  const at = await desk(context);
  await vault(at, 'seal');
  await at.write('accounts/.ada.json.0123456789ab', JSON.stringify(files['accounts/ada.json']));
  const { error, code } = await vault(at, 'status');
  assert.equal(code, 0);
  assert.match(error, /^accounts\/\.ada\.json\.0123456789ab was left by a write that was interrupted/);
});

test('without a vault there is nothing to seal with; a key that is wrong is told with its place', async (context) => {
  const at = await desk(context, configured(''));
  for (const wish of ['seal', 'rotate', 'open']) {
    const { code, error } = await vault(at, wish);
    assert.equal(code, 2);
    assert.match(error, /The configuration has no vault\.\n.*accounts\.vault\.key/);
  }
  await at.write('gateway.yaml', configured('{ key: "${env:NONE}" }'));
  for (const wish of ['seal', 'status']) {
    const { code, error } = await vault(at, wish);
    assert.equal(code, 2);
    assert.match(error, /gateway\.yaml:3:\d+: accounts\.vault\.key: the environment variable NONE is not set/);
  }
  await at.write('gateway.yaml', 'version: 2\n');
  assert.match((await vault(at, 'status')).error, /is not valid\.\nRun `portico check`/);
  await at.write('gateway.yaml', 'version: 1\nproviders: [{ name: mock }]\n');
  assert.match((await vault(at, 'status')).out, /no vault\.\nThere is no credential file\./);
});

test('a new key is alone on standard output, and good for a vault', async (context) => {
  const at = await desk(context);
  const { code, out, error } = await at.type('accounts', 'vault', 'key');
  assert.equal(code, 0);
  assert.match(out, /^[A-Za-z0-9+/]{43}=\n$/);
  assert.ok(!error.includes(out.trim()));
  await at.write('new.key', out);
  await at.write('gateway.yaml', configured('{ key: "${file:new.key}" }'));
  const { keys: ids } = await listed(at, 'seal');
  assert.match(error, new RegExp(`This is the key ${ids[0]}\\.`));
  const json = JSON.parse((await at.type('accounts', 'vault', 'key', '--json')).out);
  assert.notEqual(json.key, out.trim());
});

test('what is imported into a sealed directory is sealed, finds its account and is an account', async (context) => {
  const at = await desk(context);
  await vault(at, 'seal');
  const tokens = {
    access_token: 'acc-secret-0123456789',
    refresh_token: 'ref-bob-secret-0123456789',
    email: 'bob@example.com',
  };
  await at.write('in.json', JSON.stringify(tokens));
  const importing = async () => {
    const said = await at.type('accounts', 'import', 'in.json', '--provider', 'openai', '--json');
    return JSON.parse(said.out).items[0] as { outcome: string; file: string };
  };
  const added = await importing();
  assert.equal(added.outcome, 'added');
  assert.match(
    text(at, `accounts/${added.file}`),
    /^\{\n {2}"vault": 1,\n {2}"kid": "\w{12}",\n {2}"jwe": "[^"]+"\n\}\n$/,
  );
  assert.equal((await importing()).outcome, 'unchanged');
  await at.write('in.json', JSON.stringify({ ...tokens, refresh_token: 'ref2-secret-0123456789' }));
  assert.deepEqual(await importing(), { ...added, outcome: 'updated' });
  assert.deepEqual((await states(at)).join(), 'sealed,sealed,sealed,sealed');
  const checked = await at.type('check', '--json');
  assert.doesNotMatch(checked.out, /left out|disabled/);
});

test('a sealed file is imported from another directory, and from standard input', async (context) => {
  const at = await desk(context);
  await vault(at, 'seal');
  const sealed = text(at, 'accounts/team.json');
  await at.write('gateway.yaml', withOne.replace('./accounts', './others'));
  const said = await at.pipe(sealed, 'accounts', 'import', '-', '--json');
  assert.equal(JSON.parse(said.out).totals.added, 1, said.out);
  await at.write('gateway.yaml', configured('').replace('./accounts', './third'));
  const without = await at.pipe(sealed, 'accounts', 'import', '-', '--json');
  assert.match(JSON.parse(without.out).items[0].reason, /the configuration has no vault/);
});

test('the key is shown by no command that shows the configuration', async (context) => {
  const at = await desk(context, configured(`{ key: "${keys.ONE}", previous: ["${keys.TWO}"] }`));
  for (const words of [
    ['config', 'show'],
    ['config', 'get', 'accounts'],
    ['config', 'get', 'accounts.vault.key'],
    ['check', '--json'],
    ['plan'],
  ]) {
    const { out, error } = await at.type(...words);
    assert.match(out, /\S/, error);
    for (const key of Object.values(keys)) assert.ok(!(out + error).includes(key), `${words.join(' ')}: ${out}`);
  }
});
