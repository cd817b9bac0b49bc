// portico accounts import: files of every known shape, a result for each item, and never a secret in the output.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { secrets, shapes } from './account-shapes.ts';
import { type Desk, sitDown } from './typed.ts';

const configuration = `
version: 1
accounts: { directory: ./accounts }
egress: [{ name: tokyo, url: "socks5h://user:pass-0123456789@127.0.0.1:1080" }]
providers:
  - { name: claude, use: anthropic }
  - { name: openai }
  - { name: gemini }
  - { name: qwen, use: openai-compatible, baseUrl: "https://models.example.com/v1" }
  - { name: desk, use: openai-compatible, baseUrl: "https://desk.example.com/v1" }
keys: [{ name: test, key: "\${env:KEY}" }]
`;

async function desk(context: TestContext): Promise<Desk> {
  const made = await sitDown(context, { KEY: 'sk-test-0123456789abcdef' });
  await made.write('gateway.yaml', configuration);
  return made;
}

interface Result {
  readonly items: readonly {
    item: string;
    provider?: string;
    account?: string;
    outcome: string;
    reason?: string;
    file?: string;
  }[];
  readonly totals: Record<string, number>;
}

async function importing(at: Desk, value: unknown, ...words: string[]) {
  await at.write('in.json', JSON.stringify(value));
  const said = await at.type('accounts', 'import', 'in.json', '--json', ...words);
  assert.doesNotMatch(said.out + said.error, /secret-0123456789/);
  return { ...said, result: JSON.parse(said.out) as Result };
}

function stored(at: Desk, file: string | undefined): Record<string, unknown> {
  return JSON.parse(readFileSync(join(at.directory, 'accounts', file ?? ''), 'utf8'));
}

for (const [name, value, words, expected] of shapes) {
  test(`taken over: ${name}`, async (context) => {
    const at = await desk(context);
    const { code, result } = await importing(at, value, ...words);
    assert.equal(code, 0, JSON.stringify(result));
    const [item] = result.items;
    assert.equal(item?.outcome, 'added');
    const file = stored(at, item?.file);
    for (const [field, wanted] of Object.entries(expected)) assert.deepEqual(file[field], wanted, field);
    assert.equal(statSync(join(at.directory, 'accounts', item?.file ?? '')).mode & 0o777, 0o600);
  });
}

test('what is written is an account of the configuration, as it is', async (context) => {
  const at = await desk(context);
  for (const [, value, words] of shapes.slice(0, 9)) await importing(at, value, ...words);
  const checked = await at.type('check', '--json');
  assert.equal(checked.code, 0, checked.out);
  assert.doesNotMatch(checked.out, /is left out/);
});

test('a list: each item by itself, and again it changes nothing; newer tokens stay', async (context) => {
  const at = await desk(context);
  const list = [
    { ...secrets, email: 'a@example.com', account_id: 'team', expired_at: '2030-01-01T00:00:00Z' },
    {
      access_token: 'acc2-secret-0123456789',
      refresh_token: 'ref2-secret-0123456789',
      email: 'b@example.com',
      account_id: 'team',
      expired: 1_900_000_000,
    },
    { email: 'nobody@example.com' },
    'no object',
  ];
  const first = await importing(at, list, '--provider', 'desk');
  assert.equal(first.code, 1);
  assert.deepEqual(
    first.result.items.map(({ item, outcome }) => [item, outcome]),
    [
      ['in.json[0]', 'added'],
      ['in.json[1]', 'added'],
      ['in.json[2]', 'failed'],
      ['in.json', 'failed'],
    ],
  );
  assert.deepEqual(readdirSync(join(at.directory, 'accounts')), ['desk-a-d8f133.json', 'desk-b-c83f25.json']);
  const again = await importing(at, list.slice(0, 2), '--provider', 'desk');
  assert.deepEqual(again.result.totals, { added: 0, updated: 0, unchanged: 2, skipped: 0, failed: 0 });
  const later = {
    ...(list[0] as object),
    access_token: 'acc3-secret-0123456789',
    refresh_token: 'ref3-secret-0123456789',
    expired_at: '2031-01-01T00:00:00Z',
  };
  assert.equal((await importing(at, [later], '--provider', 'desk')).result.items[0]?.outcome, 'updated');
  const old = await importing(at, list.slice(0, 1), '--provider', 'desk');
  assert.deepEqual([old.code, old.result.items[0]?.outcome], [0, 'skipped']);
  assert.equal(stored(at, 'desk-a-d8f133.json').refreshToken, 'ref3-secret-0123456789');
});

test('an update keeps what the operator wrote into the file', async (context) => {
  const at = await desk(context);
  const { result } = await importing(at, { type: 'claude', email: 'a@example.com', ...secrets, priority: 1 });
  const file = result.items[0]?.file ?? '';
  await at.write(`accounts/${file}`, JSON.stringify({ ...stored(at, file), priority: 7, tags: ['eu'] }));
  const next = {
    type: 'claude',
    email: 'a@example.com',
    access_token: 'acc9-secret-0123456789',
    refresh_token: 'ref9-secret-0123456789',
  };
  assert.equal((await importing(at, next)).result.items[0]?.outcome, 'updated');
  const { priority, tags, accessToken } = stored(at, file);
  assert.deepEqual([priority, tags, accessToken], [7, ['eu'], 'acc9-secret-0123456789']);
});

test('what has no counterpart is said; a proxy that is not known is no reason to go without', async (context) => {
  const at = await desk(context);
  const base = { type: 'claude', ...secrets };
  const { result } = await importing(at, {
    ...base,
    email: 'a@example.com',
    prefix: 'team',
    proxy_url: 'socks5h://user:pass-0123456789@127.0.0.1:1080',
  });
  assert.match(result.items[0]?.reason ?? '', /"prefix" has no counterpart: name the provider instance so/);
  assert.equal(stored(at, result.items[0]?.file).egress, 'tokyo');
  const other = await importing(at, { ...base, email: 'b@example.com', proxy_url: 'http://10.0.0.1:3128' });
  assert.deepEqual([other.code, other.result.items[0]?.outcome], [1, 'failed']);
  assert.match(other.result.items[0]?.reason ?? '', /a proxy by URL that `egress` does not have: add it there/);
});

test('whose it is not known: the remedy; a dry run writes nothing; a table for people', async (context) => {
  const at = await desk(context);
  const { result } = await importing(at, { type: 'kiro', ...secrets });
  assert.match(result.items[0]?.reason ?? '', /no provider knows files of type "kiro": add a member "provider"/);
  await at.write('in.json', JSON.stringify({ type: 'claude', email: 'a@example.com', ...secrets }));
  const dry = await at.type('accounts', 'import', 'in.json', '--dry-run');
  assert.equal(dry.code, 0);
  assert.match(
    dry.out,
    /in\.json +claude +a@example\.com +added +claude-a-\w{6}\.json\n1 added \(nothing was written\)\n$/,
  );
  assert.equal(existsSync(join(at.directory, 'accounts', 'claude-a-example.com.json')), false);
});

test('asked wrongly: code 2 and what to do', async (context) => {
  const at = await desk(context);
  for (const words of [['nowhere.json'], ['-']]) assert.equal((await at.type('accounts', 'import', ...words)).code, 2);
  await at.write('gateway.yaml', configuration.replace('accounts: { directory: ./accounts }', ''));
  await at.write('in.json', '{}');
  const said = await at.type('accounts', 'import', 'in.json');
  assert.equal(said.code, 2);
  assert.match(said.error, /Set `accounts: \{ directory: \.\/accounts \}` in it, or say --to\./);
});

test('standard input, and a directory that is named', async (context) => {
  const at = await desk(context);
  const key = JSON.stringify({ provider: 'openai', apiKey: 'key-secret-0123456789' });
  const said = await at.pipe(key, 'accounts', 'import', '-', '--to', 'elsewhere');
  assert.equal(said.code, 0, said.error);
  assert.match(said.error, /elsewhere is not read until/);
  assert.equal(readdirSync(join(at.directory, 'elsewhere')).length, 1);
});
