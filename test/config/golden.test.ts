// Every mistake in a configuration is told with its place and its remedy: golden/<case>/gateway.yaml -> expected.txt.
// UPDATE_GOLDEN=1 writes the expected texts anew; read the difference before committing it.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { formatIssues } from '../../src/config/format.ts';
import { load } from '../../src/config/load.ts';

const golden = fileURLToPath(new URL('./golden/', import.meta.url));
const builtin = fileURLToPath(new URL('./fixtures/', import.meta.url));
const env = { GOOD_KEY: 'a-good-key-0123456789', PORT_TEXT: '8400', NOT_A_PORT: 'eighty', EMPTY: '' };

const cases = readdirSync(golden, { withFileTypes: true }).filter((entry) => entry.isDirectory());

for (const { name } of cases) {
  test(`configuration mistake: ${name.replaceAll('-', ' ')}`, async () => {
    const home = join(golden, name);
    const { issues, config } = await load({ file: join(home, 'gateway.yaml'), env, builtin });
    const told = `${formatIssues(issues, { base: home })}\n`;
    if (process.env.UPDATE_GOLDEN) writeFileSync(join(home, 'expected.txt'), told);
    assert.equal(told, readFileSync(join(home, 'expected.txt'), 'utf8'));
    assert.equal(
      config === undefined,
      issues.some((issue) => issue.severity === 'error'),
    );
  });
}

test('no message is told twice and every one has a line', () => {
  assert.ok(cases.length >= 40);
  for (const { name } of cases) {
    const lines = readFileSync(join(golden, name, 'expected.txt'), 'utf8')
      .trimEnd()
      .split('\n');
    assert.equal(new Set(lines).size, lines.length, name);
    for (const line of lines) assert.match(line, /^\S+:\d+:\d+ (error|warning) \S/, name);
  }
});
