// portico auth export: one account as a file, and what keeps secrets from where they do not belong; and the page on logins,
// which names commands, options and outcomes that there are.
import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Command } from 'commander';
import { makeProgram } from '../../../src/cli/program.ts';
import { read } from '../../structure/tree.ts';
import { type Desk, sitDown } from '../typed.ts';

const secret = 'acc-secret-0123456789';
const tokens = { accessToken: secret, refreshToken: 'ref-secret-0123456789', expiresAt: '2099-01-01T00:00:00.000Z' };

async function desk(t: TestContext, outIsTerminal: boolean): Promise<Desk> {
  const made = await sitDown(t, {}, { outIsTerminal });
  await made.write(
    'gateway.yaml',
    'version: 1\naccounts: { directory: ./accounts }\nproviders: [{ name: claude, use: anthropic, oauth: { clientId: c } }]\n',
  );
  const item = { provider: 'claude', account: 'ada', email: 'ada@example.com', priority: 3, ...tokens };
  await made.write('accounts/ada.json', JSON.stringify(item));
  return made;
}

test('to a terminal only with --force; over a file only with --force; for its owner alone', async (t) => {
  const at = await desk(t, true);
  const refused = await at.type('auth', 'export', 'claude');
  assert.equal(refused.code, 2);
  assert.match(refused.error, /This would print secrets to the terminal\.\nSay --out <file>, or --force\./);
  assert.ok(!`${refused.out}${refused.error}`.includes(secret));
  const said = await at.type('auth', 'export', 'claude/ada', '--out', 'ada.json', '--json');
  assert.deepEqual(JSON.parse(said.out), {
    provider: 'claude',
    account: 'ada',
    file: join(at.directory, 'ada.json'),
    as: 'portico',
  });
  assert.equal((await stat(join(at.directory, 'ada.json'))).mode & 0o777, 0o600);
  const again = await at.type('auth', 'export', 'claude', '--out', 'ada.json');
  assert.equal(again.code, 2);
  assert.match(again.error, /ada\.json is there already/);
  assert.equal((await at.type('auth', 'export', '--out', 'ada.json', '--force')).code, 0);
  for (const place of ['.', '/dev/null']) {
    const nowhere = await at.type('auth', 'export', '--out', place, '--force');
    assert.equal(nowhere.code, 2, place);
    assert.match(nowhere.error, /is no regular file\.\nName another/);
  }
  assert.match((await at.type('auth', 'export', '--force')).out, new RegExp(secret));
});

test('into a pipe, and into another Portico: name, settings and tokens as they were', async (t) => {
  const at = await desk(t, false);
  const { out } = await at.type('auth', 'export', 'claude');
  const other = await desk(t, false);
  await other.write('accounts/ada.json', '[]');
  const taken = await other.pipe(out, 'auth', 'import', '-');
  assert.equal(taken.code, 0, taken.error);
  const again = await other.type('auth', 'export', 'claude/ada');
  assert.deepEqual(JSON.parse(again.out), JSON.parse(out));
});

test("another tool's shape; one that is not known is answered with those that are", async (t) => {
  const at = await desk(t, false);
  const nested = JSON.parse((await at.type('auth', 'export', 'claude', '--as', 'claudeAiOauth')).out);
  assert.deepEqual(nested, {
    claudeAiOauth: { accessToken: secret, refreshToken: tokens.refreshToken, expiresAt: Date.parse(tokens.expiresAt) },
  });
  const flat = JSON.parse((await at.type('auth', 'export', 'claude', '--as', 'claude')).out);
  assert.deepEqual(
    [flat.type, flat.access_token, flat.expired, flat.email],
    ['claude', secret, tokens.expiresAt, 'ada@example.com'],
  );
  const unknown = await at.type('auth', 'export', 'claude', '--as', 'nothing');
  assert.equal(unknown.code, 2);
  assert.match(unknown.error, /knows no shape "nothing"\.\nSay one of: portico, claudeAiOauth, claude, 3\./);
  const lacking = await at.type('auth', 'export', 'claude', '--as', '3');
  assert.equal(lacking.code, 1);
  assert.match(lacking.error, /cannot be given out as "3": such files hold "user_id", which this account has not/);
  assert.equal((await at.type('auth', 'export', '--json')).code, 2);
});

test('what a vault holds sealed is given out plain', async (t) => {
  const at = await desk(t, false);
  const key = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7)).toString('base64');
  const text = await readFile(join(at.directory, 'gateway.yaml'), 'utf8');
  await at.write('gateway.yaml', text.replace('./accounts }', `./accounts, vault: { key: "\${env:NONE:-${key}}" } }`));
  const sealed = await at.type('accounts', 'vault', 'seal');
  assert.equal(sealed.code, 0, sealed.error);
  assert.ok(!(await readFile(join(at.directory, 'accounts/ada.json'), 'utf8')).includes(secret));
  const { out } = await at.type('auth', 'export', 'claude');
  assert.equal(JSON.parse(out).accessToken, secret);
});

const page = read('docs/logins.md');
const silent = { cwd: '/', env: {}, color: false, out: () => undefined, error: () => undefined };

/** `portico …` of blocks and of code in the text; what stands for something else in angle brackets is an operand. */
function commandLines(text: string): string[][] {
  const found = text.matchAll(/(?:\bportico|portico\.js) ((?:auth|accounts|config|serve|status|egress)\b[^`\n|)#>]*)/g);
  return [...found].map(([, words = '']) =>
    words
      .replaceAll(/'[^']*'/g, 'quoted')
      .trim()
      .split(/\s+/),
  );
}

function wrongIn(program: Command, words: readonly string[]): string | undefined {
  let command = program;
  for (const word of words) {
    const child = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    const option = command.options.find(({ long, short }) => long === word || short === word);
    if (child !== undefined) command = child;
    else if (/^-./.test(word) && option === undefined) return `${command.name()} has no ${word}`;
  }
  return command.commands.length > 0 && command.name() !== 'accounts' ? `${words.join(' ')} is no command` : undefined;
}

test('commands and options of the page are there', async () => {
  const program = await makeProgram(silent, () => undefined, undefined);
  const lines = commandLines(page).filter((words) => words.join(' ') !== 'auth');
  assert.ok(lines.length > 40, String(lines.length));
  assert.deepEqual(
    lines.map((words) => wrongIn(program, words)).filter((wrong) => wrong !== undefined),
    [],
  );
});

test('every code of a login that came to nothing stands in the table', () => {
  const [, union = ''] = /LoginProblemCode =([\s\S]*?);\n\n/.exec(read('src/accounts/login/login.ts')) ?? [];
  const codes = [...union.matchAll(/\| '([\w-]+)'/g)].map(([, code]) => code);
  assert.ok(codes.length > 9, codes.join(' '));
  assert.deepEqual(
    codes.filter((code) => !page.includes(`| \`${code}\` |`)),
    [],
  );
});
