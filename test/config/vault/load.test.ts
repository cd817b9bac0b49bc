// A configuration with a vault: sealed files are accounts like plain ones, and what cannot be opened takes out its own account
// alone.
import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readCredentialFile } from '../../../src/config/credentials/read-file.ts';
import { newKey, readKey } from '../../../src/config/credentials/vault/key.ts';
import { openVault, type Vault } from '../../../src/config/credentials/vault/vault.ts';
import { load } from '../../../src/config/load.ts';
import { accountsOf } from '../account-files.ts';
import { directory, fixtures, write } from '../directory.ts';

const [first, second] = [newKey(), newKey()];
const secret = 'ref-0123456789';

function vaultWith(key: string) {
  const read = readKey(key);
  assert.ok(typeof read !== 'string');
  return openVault(read, []);
}

const seal = (value: unknown, key = first) => vaultWith(key).seal(JSON.stringify(value));
const kidOf = (key: string) => String(vaultWith(key).keys[0]);

function configured(vault: string): string {
  return `
version: 1
accounts: { directory: ./accounts${vault === '' ? '' : `, vault: ${vault}`} }
providers:
  - { name: acme }
`;
}

const fromEnv = configured('{ key: "${env:VAULT}" }');

function desk(context: TestContext, files: Readonly<Record<string, string>>, text = fromEnv) {
  const home = directory(context, { 'gateway.yaml': text, 'accounts/readme.txt': 'x' });
  for (const [name, content] of Object.entries(files)) put(home, name, content);
  const read = (env: NodeJS.ProcessEnv = { VAULT: first }) =>
    load({ file: join(home, 'gateway.yaml'), env, builtin: fixtures });
  return { home, read };
}

function put(home: string, name: string, content: string): void {
  write(join(home, 'accounts', name), content);
  chmodSync(join(home, 'accounts', name), 0o600);
}

const ada = { provider: 'acme', account: 'ada', access_token: 'acc-0123456789', refresh_token: secret };
/** But that there is no account, which is what these are about. */
const said = (result: Awaited<ReturnType<typeof load>>) =>
  result.issues
    .filter(({ message }) => !message.includes('has no accounts'))
    .map(({ severity, path, message }) => `${severity} ${path}: ${message}`);

test('a sealed file is an account, a sealed list several; secrets are known, the key too', async (context) => {
  const { read, home } = desk(context, {
    'ada.json': await seal(ada),
    'team.json': await seal([
      { provider: 'acme', account: 'bob', apiKey: 'key-b-0123456789' },
      { provider: 'acme', account: 'cy', apiKey: 'key-c-0123456789' },
    ]),
  });
  const result = await read();
  assert.deepEqual(said(result), []);
  assert.deepEqual(
    accountsOf(result.config).map(({ name }) => name),
    ['ada', 'bob', 'cy'],
  );
  for (const each of [secret, 'key-b-0123456789', first]) assert.ok(result.secrets.includes(each));
  assert.equal(result.credentials?.[0]?.origin?.vault, result.accountsVault);
  assert.deepEqual(result.accountsVault?.keys, [kidOf(first)]);
  assert.deepEqual(result.accountFiles, [join(home, 'accounts/ada.json'), join(home, 'accounts/team.json')]);
  assert.ok(!JSON.stringify(result.config).includes(first));
});

test('a plain file is read all the same, and the warning names the command', async (context) => {
  const { read } = desk(context, { 'ada.json': JSON.stringify(ada) });
  const result = await read();
  assert.equal(accountsOf(result.config).length, 1);
  assert.match(
    said(result).join(),
    /warning .*it is plain, though there is a vault: `portico accounts vault seal` seals it/,
  );
});

test('a file that cannot be opened takes out its own account, with the keys that are wanted and at hand', async (context) => {
  const changed = (await seal(ada)).replace(/(.)"\s*}\s*$/, (whole, last) =>
    whole.replace(last, last === 'A' ? 'Q' : 'A'),
  );
  const text = `${fromEnv}    accounts: [{ name: named, file: accounts/zed.json }]\n`.replace(
    '{ name: acme }',
    'name: acme',
  );
  const { read } = desk(
    context,
    {
      'ada.json': await seal(ada),
      'bob.json': await seal({ provider: 'acme', account: 'bob', apiKey: 'key-b-0123456789' }, second),
      'cy.json': changed,
      'zed.json': await seal({ provider: 'acme', apiKey: 'key-z-0123456789' }, second),
    },
    text,
  );
  const result = await read();
  const accounts = accountsOf(result.config);
  const wanted = `sealed with the key ${kidOf(second)}, and accounts.vault has ${kidOf(first)}`;
  assert.deepEqual(
    accounts.map(({ name, disabled }) => [name, disabled?.includes(wanted)]),
    [
      ['named', true],
      ['ada', undefined],
    ],
  );
  const files = result.issues.map(({ file, message }) => `${file.split('/').at(-1)}: ${message}`);
  assert.equal(files.length, 3, files.join('\n'));
  assert.ok(files.some((each) => each.startsWith('bob.json') && each.includes(wanted)));
  assert.ok(files.some((each) => each.startsWith('cy.json') && each.includes('changed since it was sealed')));
});

test('a vault without its key is an error in its place, not a directory without a vault', async (context) => {
  const { read } = desk(context, { 'ada.json': await seal(ada), 'bob.json': JSON.stringify(ada) });
  const missing = await read({});
  assert.equal(missing.config, undefined);
  assert.deepEqual(said(missing), [
    'error accounts.vault.key: the environment variable VAULT is not set; set it, or give a default: ${env:VAULT:-…}',
  ]);
  const weak = await read({ VAULT: 'correct horse battery staple' });
  assert.match(
    said(weak).join('\n'),
    /^error accounts\.vault\.key: a vault key is 32 random bytes in base64 or hex[^\n]*$/,
  );
  assert.ok(!JSON.stringify(weak.issues).includes('horse'));
});

test('every wrong form of the setting has its place', async (context) => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['{ }', /^error accounts\.vault: /],
    ['yes', /^error accounts\.vault: /],
    ['{ key: 5 }', /^error accounts\.vault\.key: /],
    ['{ key: "${env:VAULT}", previous: "${env:VAULT}" }', /^error accounts\.vault\.previous: /],
    [
      '{ key: "${env:VAULT}", previous: ["${env:NONE}"] }',
      /^error accounts\.vault\.previous\[0\]: the environment variable NONE/,
    ],
    [
      '{ key: "${env:VAULT}", previous: ["${env:SHORT}"] }',
      /^error accounts\.vault\.previous\[0\]: .* this is 3 bytes/,
    ],
    ['{ key: "${env:VAULT}", previous: ["${env:VAULT}"] }', /^warning accounts\.vault\.previous: /],
    ['{ key: "${env:VAULT}", keys: [] }', /^error accounts\.vault\.keys?: /],
    [`{ key: "${first}" }`, /^warning accounts\.vault\.key: a secret is written out here/],
    [
      `{ key: "\${env:VAULT}", previous: ["${second}"] }`,
      /^warning accounts\.vault\.previous\[0\]: a secret is written out/,
    ],
  ];
  for (const [setting, expected] of cases) {
    const { read } = desk(context, {}, configured(setting));
    const found = said(await read({ VAULT: first, SHORT: 'AAEz' }));
    assert.equal(found.length, 1, `${setting}: ${found.join('\n')}`);
    assert.match(found[0] ?? '', expected, setting);
  }
});

test('another key is another configuration, and files of the one before are opened again', async (context) => {
  const { home, read } = desk(context, { 'ada.json': await seal(ada) }, configured('{ key: "${file:vault.key}" }'));
  writeFileSync(join(home, 'vault.key'), `${first}\n`);
  const before = await read({});
  assert.equal(accountsOf(before.config).length, 1);
  assert.ok(before.watch.includes(home));
  writeFileSync(join(home, 'vault.key'), second);
  const wrong = await read({});
  assert.equal(accountsOf(wrong.config).length, 0);
  assert.match(said(wrong).join(), /sealed with the key/);
  put(home, 'ada.json', await seal(ada, second));
  const after = await read({});
  assert.equal(accountsOf(after.config).length, 1);
  assert.notEqual(after.config?.digest, before.config?.digest);
  const again = await read({});
  assert.equal(again.config?.digest, after.config?.digest);
  write(join(home, 'gateway.yaml'), fromEnv);
  assert.equal(accountsOf((await read({ VAULT: first })).config).length, 0);
  assert.equal(accountsOf((await read({ VAULT: second })).config).length, 1);
});

test('without a vault a sealed file says what is missing', async (context) => {
  const { read } = desk(context, { 'ada.json': await seal(ada) }, configured(''));
  const result = await read();
  assert.match(
    said(result).join(),
    new RegExp(`sealed with the key ${kidOf(first)}, and the configuration has no vault: set accounts`),
  );
});

test('what was read is remembered in clear only as long as the configuration has the file', async (context) => {
  const { home, read } = desk(context, { 'ada.json': await seal(ada) });
  const file = join(home, 'accounts/ada.json');
  const { accountsVault: vault } = await read();
  const remembered = await readCredentialFile(file, vault);
  assert.equal(await readCredentialFile(file, vault), remembered);
  assert.notEqual(await readCredentialFile(file), remembered, 'another vault reads for itself');
  await read();
  const again = await readCredentialFile(file, vault);
  assert.equal(await readCredentialFile(file, vault), again);
  write(join(home, 'gateway.yaml'), configured('').replace(/accounts: .*/, ''));
  await read();
  assert.notEqual(await readCredentialFile(file, vault), again);
});

test('a thousand sealed files are opened once, and again only where one has changed', async (context) => {
  const home = directory(context);
  const vault = vaultWith(first);
  let opened = 0;
  const counting: Vault = {
    ...{ keys: vault.keys, seal: (text: string) => vault.seal(text) },
    open(text) {
      opened += 1;
      return vault.open(text);
    },
  };
  const files = Array.from({ length: 1000 }, (_, index) => join(home, `${index}.json`));
  await Promise.all(files.map(async (file, index) => writeFileSync(file, await seal({ apiKey: `key-${index}` }))));
  const read = () => Promise.all(files.map((file) => readCredentialFile(file, counting)));
  const found = await read();
  assert.deepEqual([opened, found.at(-1)?.items[0]?.value], [1000, { apiKey: 'key-999' }]);
  await read();
  assert.equal(opened, 1000);
  writeFileSync(files[7] ?? '', await seal({ apiKey: 'another' }));
  const later = await read();
  assert.deepEqual([opened, later[7]?.items[0]?.value], [1001, { apiKey: 'another' }]);
});
