// Tokens written back into a file that others write to as well.
import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tokensIn, writeTokens } from '../../src/accounts/file/tokens.ts';
import { directory } from '../config/directory.ts';

const paths = { accessToken: 'access_token', refreshToken: 'refresh_token' };
const made = (name: string) => ({
  accessToken: `acc-${name}`,
  refreshToken: `ref-${name}`,
  idToken: undefined,
  expiresAt: undefined,
});

test('accounts of one list that are refreshed at once do not undo each other', async (context) => {
  const file = join(directory(context), 'team.json');
  const names = Array.from({ length: 12 }, (_, index) => `n${index}`);
  const old = { access_token: 'acc-old', refresh_token: 'ref-old' };
  writeFileSync(file, JSON.stringify(names.map((name) => ({ ...old, email: name }))));
  const writes = names.map((name, index) =>
    writeTokens({
      origin: { file, index, paths, expiry: undefined },
      tokens: made(name),
      now: 0,
      names: { email: name },
    }),
  );
  await Promise.all(writes);
  const written: { email: string; refresh_token: string }[] = JSON.parse(readFileSync(file, 'utf8'));
  assert.deepEqual(
    written.map(({ refresh_token: token }) => token),
    names.map((name) => `ref-${name}`),
  );
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('what is another account’s by now is neither read nor written', async (context) => {
  const file = join(directory(context), 'team.json');
  const text = JSON.stringify([{ access_token: 'acc-bob', refresh_token: 'ref-bob', email: 'bob@example.com' }]);
  writeFileSync(file, text);
  const origin = { file, index: 0, paths, expiry: undefined };
  const ada = { email: 'ada@example.com' };
  assert.equal(await tokensIn(origin, 0, ada), undefined);
  assert.equal(await writeTokens({ origin, tokens: made('ada'), now: 0, names: ada }), 'gone');
  assert.equal(readFileSync(file, 'utf8'), text);
  assert.equal((await tokensIn(origin, 0, { email: 'bob@example.com' }))?.refreshToken, 'ref-bob');
});
