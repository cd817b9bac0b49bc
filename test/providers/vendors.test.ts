// The shipped directories that are nothing but YAML keep the contract in the real engine, and docs/providers.md tells of
// every directory what its manifest says.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ProviderManifest } from 'portico';
import { parse } from 'yaml';
import { checkProvider } from '../../src/gateway/contract/check-provider.ts';

const root = new URL('../../', import.meta.url);
const names = readdirSync(new URL('providers/', root)).sort();
const withoutCode = names.filter((name) => !existsSync(new URL(`providers/${name}/index.ts`, root)));

function manifestOf(name: string): ProviderManifest {
  return parse(readFileSync(new URL(`providers/${name}/provider.yaml`, root), 'utf8'));
}

function rowOf(name: string): string {
  const { title, baseUrl, dialects } = manifestOf(name);
  const url = baseUrl === undefined ? 'of the instance' : `\`${baseUrl}\``;
  return `| [${name}](../providers/${name}/README.md) | ${title} | ${url} | ${Object.keys(dialects).join(', ')} |`;
}

describe('providers without code', { concurrency: true }, () => {
  for (const name of withoutCode) {
    test(`${name} keeps the contract`, async () => {
      const results = await checkProvider(fileURLToPath(new URL(`providers/${name}`, root)));
      assert.ok(results.length > 10, `${name} is hardly checked`);
      assert.deepEqual(
        results.filter(({ ok }) => !ok),
        [],
      );
    });
  }
});

test('the table of docs/providers.md has a row of each directory, with what its manifest says', () => {
  const lines = readFileSync(new URL('docs/providers.md', root), 'utf8').split('\n');
  const rows = lines.filter((line) => line.startsWith('| [') && line.includes('](../providers/'));
  assert.deepEqual(rows, names.map(rowOf));
});

test('every provider names the page its API is described on', () => {
  const nameless = names.filter((name) => manifestOf(name).docs === undefined);
  assert.deepEqual(nameless, ['mock', 'openai-compatible']);
});
