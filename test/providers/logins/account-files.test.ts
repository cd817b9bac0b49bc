// Credential files as other tools write them, each led to the directory of its vendor without a word of the operator's.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { AccountFileShape, ProviderManifest } from 'portico';
import { parse } from 'yaml';
import { ownerOf } from '../../../src/config/credentials/owner.ts';
import { readCredential } from '../../../src/config/credentials/read-credential.ts';
import { idToken } from './vendor-double.ts';

const root = new URL('../../../providers/', import.meta.url);
const shapes = new Map<string, readonly AccountFileShape[]>(
  readdirSync(root).map((name) => {
    const manifest: ProviderManifest = parse(readFileSync(new URL(`${name}/provider.yaml`, root), 'utf8'));
    return [name, manifest.accountFiles ?? []];
  }),
);
/** An instance of every directory, each under its name. */
const household = {
  instances: [...shapes.keys()].map((name) => ({ name, directory: name, enabled: true })),
  shapes,
};

const tokens = { access_token: 'acc', refresh_token: 'ref' };
const expired = '2030-03-17T17:46:40+00:00';
const serviceAccount = {
  type: 'service_account',
  project_id: 'p-1',
  private_key: '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n',
  client_email: 'desk@p-1.iam.gserviceaccount.com',
  token_uri: 'https://oauth2.googleapis.com/token',
};

/** Who writes it, the file, whose it is, what is known of the account; refresh token or key where that is not `ref`. */
const files: readonly [string, object, string, object, string?][] = [
  [
    'CLIProxyAPI claude-*.json',
    { type: 'claude', email: 'a@b.c', ...tokens, expired, account_uuid: 'u-1', organization_uuid: 'o-1' },
    'anthropic',
    { email: 'a@b.c', accountId: 'u-1' },
  ],
  [
    'CLIProxyAPI codex-*.json',
    { type: 'codex', email: 'a@b.c', account_id: 'acct', id_token: idToken({ sub: 's' }), ...tokens, expired },
    'codex',
    { email: 'a@b.c', accountId: 'acct' },
  ],
  [
    'CLIProxyAPI gemini',
    {
      type: 'gemini',
      email: 'a@b.c',
      project_id: 'p-1',
      auto: true,
      checked: true,
      token: { ...tokens, expiry: expired },
    },
    'gemini',
    { email: 'a@b.c', project: 'p-1' },
  ],
  [
    'CLIProxyAPI antigravity-*.json',
    { type: 'antigravity', email: 'a@b.c', ...tokens, expires_in: 3599, project_id: 'p-2', expired },
    'antigravity',
    { email: 'a@b.c', project: 'p-2' },
  ],
  [
    'CLIProxyAPI qwen-*.json',
    { type: 'qwen', email: 'desk', ...tokens, resource_url: 'portal.qwen.ai', expired },
    'qwen',
    { email: 'desk' },
  ],
  [
    'CLIProxyAPI iflow-*.json',
    { type: 'iflow', email: 'a@b.c', ...tokens, api_key: 'key', cookie: '', expired },
    'iflow',
    { email: 'a@b.c' },
    'key',
  ],
  ['CLIProxyAPI kimi-*.json', { type: 'kimi', ...tokens, device_id: 'd', scope: 'kimi-code', expired }, 'kimi', {}],
  [
    'CLIProxyAPI xai-*.json',
    { type: 'xai', ...tokens, sub: 's-1', base_url: 'https://api.x.ai/v1', token_endpoint: 'https://auth.x.ai/t' },
    'xai',
    { accountId: 's-1' },
  ],
  [
    'CLIProxyAPI vertex-*.json',
    { type: 'vertex', service_account: serviceAccount, project_id: 'p-1', location: 'us-central1' },
    'vertex',
    {
      project: 'p-1',
      location: 'us-central1',
      email: serviceAccount.client_email,
      accountId: serviceAccount.client_email,
    },
  ],
  [
    'CLIProxyAPI Plus github-copilot-*.json',
    { type: 'github-copilot', access_token: 'ref', token_type: 'bearer', scope: 'user:email', username: 'ada' },
    'github-copilot',
    {},
  ],
  [
    'Claude Code and ccproxy .credentials.json',
    {
      claudeAiOauth: {
        accessToken: 'acc',
        refreshToken: 'ref',
        expiresAt: 1.9e12,
        scopes: [],
        subscriptionType: 'max',
      },
    },
    'anthropic',
    { plan: 'max' },
  ],
  [
    'a flat file with a user id',
    { ...tokens, expires_at: '2025-12-31T23:59:59Z', user_id: 'user-1', email: 'a@b.c' },
    'anthropic',
    { email: 'a@b.c', accountId: 'user-1' },
  ],
  [
    'Codex auth.json with a login',
    {
      OPENAI_API_KEY: null,
      tokens: { ...tokens, id_token: idToken({ sub: 's' }), account_id: 'acct' },
      last_refresh: expired,
    },
    'codex',
    { accountId: 'acct' },
  ],
  ['Codex auth.json with a key', { OPENAI_API_KEY: 'key', tokens: null }, 'openai', {}, 'key'],
  [
    'an item of gpt2api, newer',
    { ...tokens, account_id: 'acct', email: 'a@b.c', expired_at: expired },
    'codex',
    { accountId: 'acct', email: 'a@b.c' },
  ],
  [
    'an item of gpt2api, older',
    { ...tokens, id_token: idToken({ sub: 's', email: 'a@b.c' }), account_id: 'acct' },
    'codex',
    { accountId: 'acct', email: 'a@b.c' },
  ],
  [
    'Gemini CLI oauth_creds.json',
    { ...tokens, scope: 'https://www.googleapis.com/auth/cloud-platform', token_type: 'Bearer', expiry_date: 1.9e12 },
    'gemini',
    {},
  ],
  [
    'Qwen Code oauth_creds.json',
    { ...tokens, token_type: 'Bearer', resource_url: 'portal.qwen.ai', expiry_date: 1.9e12 },
    'qwen',
    {},
  ],
  [
    'ccproxy copilot credentials.json',
    { access_token: 'ref', token_type: 'bearer', scope: 'read:user', username: 'ada' },
    'github-copilot',
    { accountId: 'ada' },
  ],
];

for (const [name, file, directory, names, secret = 'ref'] of files) {
  test(`${name}: of ${directory}`, () => {
    const owner = ownerOf(file, household);
    assert.ok('instance' in owner, JSON.stringify(owner));
    assert.equal(owner.instance.name, directory);
    const read = readCredential(file, owner.shape, 0);
    assert.ok(typeof read !== 'string', String(read));
    for (const [field, value] of Object.entries(names)) assert.equal(Object(read.names)[field], value, field);
    if (read.serviceAccount === undefined) assert.equal(read.tokens?.refreshToken ?? read.apiKey, secret);
  });
}

test('no file is of two vendors', () => {
  const doubtful = files.flatMap(([name, file]) => {
    const owner = ownerOf(file, household);
    return 'instance' in owner && owner.note !== undefined ? [`${name}: ${owner.note}`] : [];
  });
  assert.deepEqual(doubtful, []);
});

test('a file that says what it is is not taken for another vendor’s by what else is in it', () => {
  const likeCodex = { ...tokens, id_token: 'i', account_id: 'a', expired_at: expired };
  for (const [type, directory] of [
    ['kimi', 'kimi'],
    ['XAI', 'xai'],
    ['unheard-of', 'codex'],
  ] as const) {
    const owner = ownerOf({ type, ...likeCodex }, household);
    assert.ok('instance' in owner && owner.note === undefined);
    assert.equal(owner.instance.name, directory, type);
  }
});

test('a token that is traded is not taken for the one that requests carry, nor written over', () => {
  const file = { type: 'github-copilot', access_token: 'ref', username: 'ada' };
  const owner = ownerOf(file, household);
  const read = readCredential(file, 'instance' in owner ? owner.shape : undefined, 0);
  assert.ok(typeof read !== 'string');
  assert.deepEqual([read.tokens?.accessToken, read.tokens?.refreshToken], [undefined, 'ref']);
  assert.deepEqual(read.paths, { accessToken: 'copilot_token', refreshToken: 'access_token', expiresAt: 'expires_at' });
});
