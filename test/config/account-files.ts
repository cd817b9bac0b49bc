// A configuration with a directory of credential files, and what is made of it.
import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { load } from '../../src/config/load.ts';
import { directory, fixtures, write } from './directory.ts';

export const configuration = `
version: 1
accounts: { directory: ./accounts }
egress: [{ name: tokyo, url: "http://127.0.0.1:3128" }]
providers:
  - { name: acme }
  - { name: acme-eu, use: acme, accounts: [{ name: main, apiKey: "\${env:EU}" }] }
`;

export async function loaded(context: TestContext, files: Readonly<Record<string, unknown>>, text = configuration) {
  const home = directory(context, { 'gateway.yaml': text });
  mkdirSync(join(home, 'accounts'));
  for (const [name, content] of Object.entries(files)) {
    write(join(home, 'accounts', name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  for (const name of readdirSync(join(home, 'accounts'))) chmodSync(join(home, 'accounts', name), 0o600);
  const again = () => load({ file: join(home, 'gateway.yaml'), env: { EU: 'key-eu-0123456789' }, builtin: fixtures });
  const result = await again();
  const said = (from = result) =>
    from.issues.map(
      (issue) => `${issue.severity} ${issue.file.replace(`${home}/`, '')}:${issue.line} ${issue.message}`,
    );
  return { home, again, said, ...result };
}

export function accountsOf(config: Awaited<ReturnType<typeof load>>['config'], provider = 'acme') {
  return config?.providers.find(({ name }) => name === provider)?.accounts ?? [];
}

export const tokens = { access_token: 'acc-0123456789', refresh_token: 'ref-0123456789' };
