// Credential files in a configuration: what becomes an account, whose, under which name, and what is said of files that
// are not right.
import assert from 'node:assert/strict';
import { chmodSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { plain, withoutAddresses } from '../../src/config/credentials/account-name.ts';
import { endOf } from '../../src/config/credentials/claims.ts';
import { readExpiry, writeExpiry } from '../../src/config/credentials/expiry.ts';
import { accountsOf, configuration, loaded, tokens } from './account-files.ts';
import { write } from './directory.ts';

test('each file is an account, a list is several; settings, names and secrets are where they belong', async (context) => {
  const { config, credentials, secrets, said, watch, home } = await loaded(context, {
    'one.json': {
      provider: 'acme',
      ...tokens,
      email: 'a@example.com',
      priority: 3,
      weight: 5,
      tags: ['eu'],
      egress: 'tokyo',
    },
    'two.json': [
      { provider: 'acme', apiKey: 'key-0123456789' },
      { provider: 'acme', account: 'own', accessToken: 'acc2-0123456789', disabled: true },
    ],
    'ignored.txt': 'no account',
    '.hidden.json': '{}',
  });
  const accounts = accountsOf(config);
  assert.deepEqual(
    accounts.map(({ name, priority, weight, egress, disabled }) => [name, priority, weight, egress, disabled]),
    [
      ['one', 3, 5, 'tokyo', undefined],
      ['two-1', 0, 1, 'direct', undefined],
      ['own', 0, 1, 'direct', 'switched off in the configuration'],
    ],
  );
  assert.deepEqual(accounts[0]?.credential, { kind: 'oauth', names: { email: 'a@example.com' } });
  assert.equal(accounts[1]?.apiKey, 'key-0123456789');
  assert.equal(JSON.stringify(config).includes('acc-0123456789'), false, 'tokens are no part of the configuration');
  assert.equal(credentials?.length, 1);
  assert.equal(credentials?.[0]?.egressUrl, 'http://127.0.0.1:3128');
  for (const secret of ['acc-0123456789', 'ref-0123456789', 'key-0123456789', 'acc2-0123456789'])
    assert.ok(secrets.includes(secret));
  assert.ok(watch.includes(join(home, 'accounts')));
  assert.deepEqual(said(), []);
});

test('tokens that rotate change neither the configuration nor the fingerprint; another login does not either, another key does', async (context) => {
  const { home, again, config } = await loaded(context, {
    'one.json': { provider: 'acme', ...tokens, account_id: 'u-1' },
    'key.json': { provider: 'acme', apiKey: 'key-0123456789' },
  });
  write(
    join(home, 'accounts/one.json'),
    JSON.stringify({ provider: 'acme', access_token: 'acc-9', refresh_token: 'ref-9', account_id: 'u-1' }),
  );
  const rotated = await again();
  assert.equal(rotated.config?.digest, config?.digest);
  assert.equal(rotated.credentials?.[0]?.tokens.accessToken, 'acc-9');
  write(join(home, 'accounts/key.json'), JSON.stringify({ provider: 'acme', apiKey: 'key-9876543210' }));
  const other = await again();
  assert.notEqual(other.config?.digest, config?.digest);
  assert.notEqual(accountsOf(other.config)[0]?.fingerprint, accountsOf(config)[0]?.fingerprint);
});

test('a file that is not right is left out with its place and the remedy; the others serve', async (context) => {
  const { config, said } = await loaded(context, {
    'a-broken.json': '{\n  "provider": "acme",\n  "apiKey" "secret-0123456789"\n}',
    'b-empty.json': '',
    'c-text.json': '"text"',
    'd-nobody.json': tokens,
    'e-typo.json': { provider: 'acne', ...tokens },
    'f-nothing.json': { provider: 'acme', email: 'a@example.com' },
    'g-proxy.json': { provider: 'acme', apiKey: 'key-1-0123456789', proxy_url: 'http://10.0.0.1:3128' },
    'h-weight.json': { provider: 'acme', apiKey: 'key-2-0123456789', weight: 'much' },
    'i-egress.json': { provider: 'acme', apiKey: 'key-3-0123456789', egress: 'nowhere' },
    'j-kind.json': { type: 'strange', ...tokens },
    'k-plain.json': { provider: 'acme', apiKey: 'key-5-0123456789', baseUrl: 'http://10.0.0.1:8080/v1' },
    'l-user.json': { provider: 'acme', apiKey: 'key-6-0123456789', base_url: 'https://user@vendor.example' },
    'm-scheme.json': { provider: 'acme', ...tokens, token_uri: 'file:///etc/passwd' },
    'n-control.json': { provider: 'acme', apiKey: 'key-7\r\nx-admin: 1' },
    'o-claim.json': { provider: 'acme', accessToken: 'acc-8-0123456789', id_token: 'e30.eyJzdWIiOnt9fQ.x' },
    'p-local.json': { provider: 'acme', apiKey: 'key-9-0123456789', baseUrl: 'http://127.0.0.1:8080/v1' },
    'z-good.json': { provider: 'acme', apiKey: 'key-4-0123456789' },
  });
  assert.deepEqual(
    accountsOf(config).map(({ name }) => name),
    ['h-weight', 'o-claim', 'p-local', 'z-good'],
  );
  assert.deepEqual(said(), [
    'warning accounts/a-broken.json:3 it is not valid JSON; it is left out',
    'warning accounts/b-empty.json:1 it is empty; it is left out',
    'warning accounts/c-text.json:1 it must hold a JSON object, or a list of them; it is left out',
    'warning accounts/d-nobody.json:1 nothing in it says which provider it is for: add a member "provider" with the name of one; it is left out',
    'warning accounts/e-typo.json:1 there is no provider "acne" in the configuration; did you mean "acme"?; it is left out',
    'warning accounts/f-nothing.json:1 there is neither an API key nor a token set nor a service account in it; it is left out',
    'warning accounts/g-proxy.json:1 it names a proxy by URL that `egress` does not have: add it there; it is left out',
    'warning accounts/h-weight.json:1 the setting weight: must be a whole number, not the string "much"; it is left out',
    'warning accounts/i-egress.json:1 there is no egress "nowhere": add it to `egress`; it is left out',
    'warning accounts/j-kind.json:1 no provider knows files of type "strange": add a member "provider" with the name of one; it is left out',
    ...[
      ['k-plain', 'baseUrl'],
      ['l-user', 'base_url'],
      ['m-scheme', 'token_uri'],
    ].map(
      ([file, member]) =>
        `warning accounts/${file}.json:1 ${member} in it is no URL a credential may be sent to: https, or http to loopback, without user and query; it is left out`,
    ),
    'warning accounts/n-control.json:1 the API key in it holds characters that no header can carry; it is left out',
  ]);
});

test('one refresh token belongs to one account; one name to one account; others must not read a file', async (context) => {
  const { home, again, said } = await loaded(context, {
    'one.json': { provider: 'acme', ...tokens },
    'two.json': { provider: 'acme', ...tokens },
    'three.json': { provider: 'acme', account: 'one', apiKey: 'key-0123456789' },
  });
  assert.deepEqual(said().sort(), [
    'warning accounts/three.json:1 acme has an account "one" already; a member "account" in the file names it otherwise; it is left out',
    'warning accounts/two.json:1 it has the same refresh token as acme/one, and two cannot refresh one; this account is disabled',
  ]);
  chmodSync(join(home, 'accounts/one.json'), 0o644);
  assert.ok(said(await again()).includes('warning accounts/one.json:1 others can read it: chmod 600 takes that away'));
  assert.equal(statSync(join(home, 'accounts/one.json')).mode & 0o777, 0o644);
  chmodSync(join(home, 'accounts'), 0o777);
  assert.ok(said(await again()).some((line) => /warning gateway\.yaml:\d+ everybody can write to/.test(line)));
});

test('`file:` names the credential of one account, and its own settings come first', async (context) => {
  const text = `
version: 1
providers:
  - name: acme
    accounts:
      - { name: ada, file: accounts/ada.json, priority: 9 }
      - { name: gone, file: accounts/gone.json }
      - { name: many, file: accounts/many.json }
`;
  const { config, said, home } = await loaded(
    context,
    { 'ada.json': { ...tokens, priority: 2, weight: 4 }, 'many.json': [tokens, tokens] },
    text,
  );
  assert.deepEqual(
    accountsOf(config).map(({ name, priority, weight, disabled }) => [name, priority, weight, disabled]),
    [
      ['ada', 9, 4, undefined],
      ['gone', 0, 1, 'the credential file accounts/gone.json: the file does not exist'],
      ['many', 0, 1, 'the credential file accounts/many.json holds 2 accounts; put it into accounts.directory'],
    ],
  );
  assert.equal(said().length, 2);
  assert.match(said()[0] ?? '', /^warning gateway\.yaml:7 .*does not exist; this account is disabled$/);
  assert.ok(home);
});

test('a file an account names is no second account where it lies in the directory, behind a link either', async (context) => {
  const text = `${configuration.replace('- { name: acme }', '- { name: acme, accounts: [{ name: ada, file: link.json }] }')}`;
  const { home, again } = await loaded(context, { 'ada.json': { provider: 'acme', ...tokens } }, text);
  symlinkSync(join(home, 'accounts/ada.json'), join(home, 'link.json'));
  const { config, issues } = await again();
  assert.deepEqual(
    accountsOf(config).map(({ name, credential }) => [name, credential?.kind]),
    [['ada', 'oauth']],
  );
  assert.deepEqual(issues, []);
});

test('a directory knows its vendor’s files: whose they are, where the fields stand, how tokens are refreshed', async (context) => {
  const manifest = `
title: Vend
baseUrl: https://api.vend.example/{accountId}/v1
auth: { kind: header, name: x-key, oauth: { kind: header, name: authorization, prefix: "Bearer " } }
oauth: { tokenUrl: "https://vend.example/token", clientAuth: basic, refreshAhead: 1h }
accountFiles:
  - { type: [Vend, vend-cli] }
  - { has: [vault.access], fields: { accessToken: vault.access, refreshToken: vault.refresh, expiresAt: vault.till, accountId: vault.who } }
dialects: { openai-chat: {} }
models: { known: [v-1] }
`;
  const text = `
version: 1
accounts: { directory: ./accounts }
providers:
  - { name: off, use: vend, enabled: false }
  - { name: first, use: vend, oauth: { clientId: desk } }
  - { name: second, use: vend, accounts: [{ name: main, apiKey: "\${env:EU}", baseUrl: "https://api.vend.example/v1" }] }
`;
  const { home, again, said } = await loaded(
    context,
    {
      'a.json': {
        vault: { access: 'acc-a-0123456789', refresh: 'ref-a-0123456789', till: 1_900_000_000_000, who: 'u-1' },
        token_endpoint: 'https://elsewhere.example/token',
      },
      'b.json': { type: 'VEND-CLI', ...tokens, account_id: 'u-2', provider: 'second' },
      'c.json': { type: 'vend', api_key: 'key-0123456789' },
    },
    text,
  );
  write(join(home, 'providers/vend/provider.yaml'), manifest);
  const result = await again();
  assert.equal(
    said().some((line) => line.includes('there is no provider directory "vend"')),
    true,
    'without the directory',
  );
  const [source] = result.credentials ?? [];
  assert.deepEqual(
    [source?.provider, source?.account, source?.tokens.accessToken, source?.tokens.expiresAt, source?.names.accountId],
    ['first', 'a', 'acc-a-0123456789', 1_900_000_000_000, 'u-1'],
  );
  assert.deepEqual(
    [source?.tokenUrl, source?.clientId, source?.clientAuth, source?.refreshAhead],
    ['https://vend.example/token', 'desk', 'basic', 3_600_000],
  );
  assert.deepEqual(
    accountsOf(result.config, 'first').map(({ name, baseUrl, disabled }) => [name, baseUrl, disabled]),
    [
      ['a', 'https://api.vend.example/u-1/v1', undefined],
      ['c', 'https://api.vend.example/{accountId}/v1', 'nothing says its accountId'],
    ],
  );
  assert.deepEqual(
    accountsOf(result.config, 'second').map(({ name }) => name),
    ['main', 'b'],
  );
  assert.deepEqual(said(result), [
    'warning accounts/a.json:1 it could be of first or second: first has it; a member "provider" in the file says otherwise',
    'warning accounts/c.json:1 it could be of first or second: first has it; a member "provider" in the file says otherwise',
    'warning accounts/c.json:1 nothing says the accountId of the account "c": write `settings: { accountId: … }` on the provider, or "accountId" in its file; it is disabled',
  ]);
});

test('an expiry in every form, and written back in its own', () => {
  const at = Date.parse('2030-03-17T17:46:40Z');
  const since = Date.parse('2026-01-01T00:00:00Z');
  for (const value of [
    '2030-03-17T17:46:40Z',
    '2030-03-17T18:46:40.000+01:00',
    1_900_000_000,
    '1900000000',
    1_900_000_000_000,
  ]) {
    const found = readExpiry(value, since);
    if (found?.form !== 'left') assert.equal(found?.at, at, String(value));
    assert.equal(readExpiry(writeExpiry(found?.at ?? 0, found?.form ?? 'left', since), since)?.at, found?.at);
  }
  assert.deepEqual(readExpiry(3599, since), { at: since + 3_599_000, form: 'left' });
  for (const value of ['0001-01-01T00:00:00Z', '', 'soon', 0, -1, null, true, 9e15, 1e300])
    assert.equal(readExpiry(value, since), undefined);
  const jwt = (exp: unknown) => `e30.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.x`;
  assert.equal(endOf(jwt(1_900_000_000)), at);
  for (const exp of [1e300, 'soon', -1, {}]) assert.equal(endOf(jwt(exp)), undefined);
});

test('a name of any length is read in no time', () => {
  for (const text of ['a'.repeat(1_000_000), `a@${'b.'.repeat(500_000)}`, `${'a@'.repeat(500_000)}`]) {
    const before = process.cpuUsage().user;
    assert.ok(plain(withoutAddresses(text)).length <= 63);
    // A vendor chooses it: it took minutes once.
    assert.ok(process.cpuUsage().user - before < 1_000_000);
  }
});
