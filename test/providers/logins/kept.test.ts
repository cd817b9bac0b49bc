// From a login to requests, for every shipped directory people sign in to: the account file, the account a configuration makes of
// it, and the first refresh, as each vendor wants it.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { keepLogin } from '../../../src/accounts/login/keep-login.ts';
import { mint } from '../../../src/accounts/mint/mint.ts';
import { noVault } from '../../../src/config/credentials/vault/vault.ts';
import { systemClock } from '../../../src/core/index.ts';
import { idToken, loadInstances, signIn, vendorDouble } from './vendor-double.ts';

const clientId = 'client-of-the-operator';
const tokens = {
  access_token: 'acc-0123456789',
  refresh_token: 'ref-0123456789',
  token_type: 'Bearer',
  expires_in: 21_600,
};
const code = {
  device_code: 'dev-0123456789',
  user_code: 'AB-CD',
  verification_uri: 'https://vendor.example/',
  expires_in: 900,
};
const claims = {
  sub: 's-1',
  email: 'ada@example.com',
  aud: clientId,
  'https://api.openai.com/auth': { chatgpt_account_id: 'acct-1', chatgpt_plan_type: 'plus' },
};

interface Kept {
  readonly answer?: object;
  readonly userinfo?: object;
  readonly file: object;
  /** Where the account's requests go. */
  readonly baseUrl?: string;
  /** How a refresh is asked for; absent: there is none. */
  readonly refreshed?: 'form' | 'json' | 'trade';
}

const google: Kept = {
  userinfo: { sub: '1099', email: 'ada@example.com' },
  file: { email: 'ada@example.com', accountId: '1099', refreshToken: tokens.refresh_token },
  refreshed: 'form',
};

const kept: Readonly<Record<string, Kept>> = {
  gemini: google,
  antigravity: google,
  codex: {
    answer: { id_token: idToken(claims) },
    file: { email: 'ada@example.com', accountId: 'acct-1', plan: 'plus', refreshToken: tokens.refresh_token },
    refreshed: 'form',
  },
  anthropic: {
    answer: { account: { uuid: 'u-1', email_address: 'ada@example.com' } },
    userinfo: { organization: { organization_type: 'claude_max' } },
    file: { email: 'ada@example.com', accountId: 'u-1', plan: 'claude_max', refreshToken: tokens.refresh_token },
    refreshed: 'json',
  },
  iflow: {
    userinfo: { success: true, data: { apiKey: 'key-0123456789', email: 'ada@example.com' } },
    file: { email: 'ada@example.com', apiKey: 'key-0123456789', refreshToken: undefined, accessToken: undefined },
  },
  qwen: {
    answer: { resource_url: 'portal.example.com' },
    file: { baseUrl: 'https://portal.example.com', refreshToken: tokens.refresh_token },
    baseUrl: 'https://portal.example.com',
    refreshed: 'form',
  },
  kimi: { file: { refreshToken: tokens.refresh_token }, refreshed: 'form' },
  xai: {
    answer: { id_token: idToken({ ...claims, iss: 'https://auth.x.ai' }) },
    file: { email: 'ada@example.com', accountId: 's-1' },
    refreshed: 'form',
  },
  'github-copilot': {
    answer: { refresh_token: undefined, expires_in: undefined },
    userinfo: { login: 'ada', id: 7, email: null },
    file: { accountId: 'ada', refreshToken: tokens.access_token, accessToken: undefined },
    refreshed: 'trade',
  },
};

for (const [name, { answer, userinfo = {}, file, baseUrl, refreshed }] of Object.entries(kept)) {
  test(`${name}: signed in to, kept, loaded, refreshed`, async (context) => {
    const directory = await mkdtemp(join(tmpdir(), 'portico-logins-'));
    context.after(() => rm(directory, { recursive: true }));
    const vendor = await vendorDouble(context, () => ({
      '/device': [code],
      '/token': [
        { ...tokens, ...answer },
        { access_token: 'acc-next-0123456789', expires_in: 60 },
      ],
      '/userinfo': [userinfo],
      '/trade': [{ token: 'acc-next-0123456789', expires_at: Math.floor(Date.now() / 1000) + 1800, refresh_in: 1500 }],
    }));
    const oauth = {
      clientId,
      authorizeUrl: `${vendor.url}/authorize`,
      deviceUrl: `${vendor.url}/device`,
      tokenUrl: `${vendor.url}/token`,
      userinfoUrl: `${vendor.url}/userinfo`,
    };
    const { logins = [] } = await loadInstances({ [name]: oauth }, {}, directory);
    const [facts] = logins;
    assert.ok(facts !== undefined);
    const { granted, notes } = await signIn(facts);
    assert.deepEqual(notes, []);
    const household = { instances: [{ name, directory: name, enabled: true }], shapes: new Map() };
    const rest = { household, directory, vault: noVault, egress: [], now: systemClock.now() };
    const login = await keepLogin(granted, { facts, ...rest });
    const written = JSON.parse(await readFile(login.file, 'utf8'));
    for (const [field, value] of Object.entries(file)) assert.equal(written[field], value, field);

    const loaded = await loadInstances({ [name]: oauth }, {}, directory);
    const [account] = loaded.config?.providers[0]?.accounts ?? [];
    assert.equal(account?.disabled, undefined);
    assert.equal(account?.name, login.account);
    if (baseUrl !== undefined) assert.equal(account?.baseUrl, baseUrl);
    const [source] = loaded.credentials ?? [];
    if (refreshed === undefined) return assert.equal(source, undefined, 'a key is not refreshed');
    assert.ok(source !== undefined);
    const exchange = source.exchange && { ...source.exchange, url: `${vendor.url}/trade` };
    const minted = await mint({
      source: { ...source, exchange },
      refreshToken: source.tokens.refreshToken,
      now: systemClock.now(),
      signal: new AbortController().signal,
    });
    assert.equal(minted.accessToken, 'acc-next-0123456789');
    const { headers, fields } = vendor.at(refreshed === 'trade' ? '/trade' : '/token');
    assert.ok(headers['user-agent'], 'without a name some refuse');
    if (refreshed === 'trade') return assert.equal(headers.authorization, `token ${tokens.access_token}`);
    assert.equal(headers['content-type']?.includes('json'), refreshed === 'json');
    assert.deepEqual(fields, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, client_id: clientId });
  });
}
