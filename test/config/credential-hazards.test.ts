// Credential files that would do harm: what is never read, and what never leaves for an address that a file names.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { accountsOf, configuration, loaded, tokens } from './account-files.ts';

test('what is no regular file is never read: a pipe, a device, a directory, a link to nowhere', async (context) => {
  const { home, again } = await loaded(context, { 'z-good.json': { provider: 'acme', apiKey: 'key-0123456789' } });
  const inside = (name: string) => join(home, 'accounts', name);
  execFileSync('/usr/bin/env', ['mkfifo', inside('a-pipe.json')]);
  symlinkSync('/dev/zero', inside('b-device.json'));
  mkdirSync(inside('c-directory.json'));
  symlinkSync('/nowhere', inside('d-link.json'));
  const result = await again();
  assert.deepEqual(
    accountsOf(result.config).map(({ name }) => name),
    ['z-good'],
  );
  assert.deepEqual(
    result.issues.map(({ message }) => message),
    [
      ...['pipe', 'device', 'directory'].map(() => 'it is no regular file; it is left out'),
      'the file does not exist; it is left out',
    ],
  );
});

test('a file that is nested too deep for what reads it is left out alone; of thousands of faults some are told', async (context) => {
  const deep = '{"provider":"acme","apiKey":"key-1-0123456789","note":'.concat(
    '['.repeat(100_000),
    ']'.repeat(100_000),
    '}',
  );
  const { config, issues } = await loaded(context, {
    'a-deep.json': deep,
    'b-wrong.json': Array.from({ length: 1000 }, () => ({ provider: 'nobody', apiKey: 'key-2-0123456789' })),
    'z-good.json': { provider: 'acme', apiKey: 'key-3-0123456789' },
  });
  assert.deepEqual(
    accountsOf(config).map(({ name }) => name),
    ['z-good'],
  );
  const [first, ...others] = issues.map(({ message }) => message);
  assert.equal(first, 'it is nested deeper than 50 levels; it is left out');
  assert.equal(others.length, 51);
  assert.equal(others.at(-1), 'there is more to say of it, which is left out');
});

test('a name that is made for an account holds no e-mail address, and tells namesakes apart', async (context) => {
  const email = 'ada@mail.example.com';
  const { config } = await loaded(context, {
    [`acme-${email}.json`]: { provider: 'acme', apiKey: 'key-1-0123456789' },
    'acme-ada@example.org-plus.json': { provider: 'acme', apiKey: 'key-2-0123456789' },
    'team.json': [email, 'ada@example.org'].map((each) => ({ provider: 'acme', email: each, apiKey: `key-${each}` })),
    'own.json': { provider: 'acme', account: 'ada.main', email, apiKey: 'key-3-0123456789' },
  });
  const names = accountsOf(config).map(({ name }) => name);
  assert.match(names.join(' '), /^ada-\w{6}-plus ada-\w{6} ada\.main team-ada-\w{6} team-ada-\w{6}$/);
  assert.equal(new Set(names).size, 5);
});

test('a name that is made of a file leaves out the provider it stands behind, and nothing else', async (context) => {
  const key = (number: number) => ({ provider: 'acme', apiKey: `key-${number}-0123456789` });
  const { config } = await loaded(context, {
    'acme-.json': key(1),
    'acme-ada.json': key(2),
    'acme-list.json': [key(3), key(4)],
    'acme.json': [key(5), key(6)],
    'acmeada.json': key(7),
    'team-acme-ada.json': key(8),
  });
  const names = accountsOf(config).map(({ name }) => name);
  assert.deepEqual(names, ['acme', 'ada', 'list-1', 'list-2', 'acme-1', 'acme-2', 'acmeada', 'team-acme-ada']);
});

test('the client secret of the configuration goes to no token endpoint that a file names', async (context) => {
  const client = (oauth: string) => configuration.replace('{ name: acme }', `{ name: acme, oauth: ${oauth} }`);
  const file = { provider: 'acme', ...tokens, token_uri: 'https://elsewhere.example/token' };
  const urlWith = async (oauth: string, own = {}) => {
    const { credentials } = await loaded(context, { 'one.json': { ...file, ...own } }, client(oauth));
    return credentials?.map(({ tokenUrl, clientSecret }) => [tokenUrl, clientSecret]);
  };
  const elsewhere = 'https://elsewhere.example/token';
  assert.deepEqual(await urlWith('{ clientId: desk, clientSecret: s }'), [[undefined, 's']]);
  assert.deepEqual(await urlWith('{ clientId: desk }'), [[elsewhere, undefined]]);
  assert.deepEqual(await urlWith('{ clientId: desk, clientSecret: s }', { client_id: 'own' }), [
    [elsewhere, undefined],
  ]);
});
