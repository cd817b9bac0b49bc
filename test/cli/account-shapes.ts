// Credential files as other tools write them, and what becomes of them. The shapes are facts, the values made up.

export const secrets = { access_token: 'acc-secret-0123456789', refresh_token: 'ref-secret-0123456789' };

/** Name, content, further words of the command, members of the file that is written. */
export const shapes: readonly [string, object, string[], Record<string, unknown>][] = [
  [
    'claudeAiOauth',
    {
      claudeAiOauth: {
        accessToken: 'acc-secret-0123456789',
        refreshToken: 'ref-secret-0123456789',
        expiresAt: 1_900_000_000_000,
        scopes: ['a'],
        subscriptionType: 'max',
      },
    },
    [],
    { provider: 'claude', accessToken: 'acc-secret-0123456789', expiresAt: '2030-03-17T17:46:40.000Z', plan: 'max' },
  ],
  [
    'type claude',
    {
      type: 'claude',
      email: 'a@example.com',
      ...secrets,
      expired: '2030-03-17T17:46:40Z',
      last_refresh: '2026-01-01T00:00:00Z',
      account_uuid: 'u-1',
      disabled: true,
      priority: 3,
      excluded_models: ['*-opus-*'],
      note: 'desk',
    },
    [],
    {
      provider: 'claude',
      email: 'a@example.com',
      accountId: 'u-1',
      enabled: false,
      priority: 3,
      exclude: ['*-opus-*'],
      note: 'desk',
    },
  ],
  [
    'API key in auth.json',
    { OPENAI_API_KEY: 'key-secret-0123456789', tokens: null },
    [],
    { provider: 'openai', apiKey: 'key-secret-0123456789' },
  ],
  [
    'tokens in auth.json',
    {
      OPENAI_API_KEY: null,
      tokens: { ...secrets, id_token: jwt({ email: 'b@example.com', sub: 's' }), account_id: 'acct-1' },
      last_refresh: '2026-01-01T00:00:00Z',
    },
    ['--provider', 'desk'],
    { provider: 'desk', email: 'b@example.com', accountId: 'acct-1', refreshToken: 'ref-secret-0123456789' },
  ],
  [
    'codex-*.json',
    { type: 'codex', email: 'c@example.com', account_id: 'acct-2', ...secrets, expired: '2030-03-17T17:46:40+00:00' },
    ['--provider', 'desk'],
    { provider: 'desk', accountId: 'acct-2', expiresAt: '2030-03-17T17:46:40.000Z' },
  ],
  [
    'oauth_creds.json',
    {
      ...secrets,
      scope: 'https://www.googleapis.com/auth/cloud-platform',
      token_type: 'Bearer',
      expiry_date: 1_900_000_000_000,
    },
    [],
    { provider: 'gemini', refreshToken: 'ref-secret-0123456789', expiresAt: '2030-03-17T17:46:40.000Z' },
  ],
  [
    'gemini with token{}',
    {
      type: 'gemini',
      email: 'd@example.com',
      project_id: 'p-1',
      auto: true,
      token: {
        ...secrets,
        client_id: 'cid',
        client_secret: 'cs-secret-0123456789',
        token_uri: 'https://oauth2.example.com/token',
        expiry: '2030-03-17T17:46:40Z',
      },
    },
    [],
    {
      provider: 'gemini',
      project: 'p-1',
      clientId: 'cid',
      clientSecret: 'cs-secret-0123456789',
      tokenUrl: 'https://oauth2.example.com/token',
    },
  ],
  [
    'antigravity',
    { type: 'antigravity', email: 'e@example.com', ...secrets, expires_in: 3599, project_id: 'p-2' },
    ['--provider', 'desk'],
    { provider: 'desk', email: 'e@example.com', project: 'p-2' },
  ],
  [
    'qwen, an instance of that name',
    { type: 'qwen', ...secrets, resource_url: 'portal.example.com', expired: '2030-03-17T17:46:40Z', email: 'f' },
    [],
    { provider: 'qwen', baseUrl: 'https://portal.example.com' },
  ],
  [
    'iflow',
    { type: 'iflow', email: 'g@example.com', ...secrets, api_key: 'key-secret-0123456789' },
    ['--provider', 'desk'],
    { provider: 'desk', apiKey: 'key-secret-0123456789' },
  ],
  [
    'kimi',
    { type: 'kimi', ...secrets, token_type: 'Bearer', device_id: 'd', scope: 's', expired: '2030-03-17T17:46:40Z' },
    ['--provider', 'desk'],
    { provider: 'desk' },
  ],
  [
    'xai',
    {
      type: 'xai',
      ...secrets,
      sub: 'sub-1',
      base_url: 'https://api.example.com/v1',
      token_endpoint: 'https://auth.example.com/token',
      auth_kind: 'oauth',
    },
    ['--provider', 'desk'],
    {
      provider: 'desk',
      accountId: 'sub-1',
      baseUrl: 'https://api.example.com/v1',
      tokenUrl: 'https://auth.example.com/token',
    },
  ],
  [
    'copilot',
    { access_token: 'acc-secret-0123456789', token_type: 'bearer', scope: 'read:user', username: 'h' },
    ['--provider', 'desk'],
    // It is traded for the one that requests carry.
    { provider: 'desk', refreshToken: 'acc-secret-0123456789', accountId: 'h', accessToken: undefined },
  ],
  [
    'one of the gateway itself, which keeps its name',
    { provider: 'desk', account: 'front', apiKey: 'key-secret-0123456789', priority: 2 },
    [],
    { provider: 'desk', account: 'front', apiKey: 'key-secret-0123456789', priority: 2 },
  ],
  [
    'a file of one vendor for a provider of another directory',
    { OPENAI_API_KEY: 'key-secret-0123456789', tokens: null },
    ['--provider', 'desk'],
    { provider: 'desk', apiKey: 'key-secret-0123456789' },
  ],
];

function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.x`;
}
