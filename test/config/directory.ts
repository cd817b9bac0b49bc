// A directory of its own for a test, with files in it; gone afterwards.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { load } from '../../src/config/load.ts';

export const fixtures = fileURLToPath(new URL('./fixtures/', import.meta.url));

export function directory(context: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'portico-config-')));
  context.after(() => rmSync(home, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) write(join(home, name), text);
  return home;
}

export function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Loads a gateway.yaml of this text, with the small plugins and providers of fixtures/ at hand. */
export async function loadText(
  text: string,
  env: NodeJS.ProcessEnv = {},
  options: Partial<Parameters<typeof load>[0]> = {},
) {
  const path = '/nowhere/gateway.yaml';
  return load({ file: path, documents: [{ path, text }], env, builtin: fixtures, ...options });
}

/** The configuration, or an error that says why there is none. */
export async function configOf(
  text: string,
  env: NodeJS.ProcessEnv = {},
  options: Partial<Parameters<typeof load>[0]> = {},
) {
  const { config, issues } = await loadText(text, env, options);
  if (config === undefined) throw new Error(issues.map((issue) => `${issue.line}: ${issue.message}`).join('\n'));
  return config;
}

export async function messagesOf(text: string, env: NodeJS.ProcessEnv = {}): Promise<string[]> {
  const { issues } = await loadText(text, env);
  return issues.map((issue) => `${issue.line}:${issue.column} ${issue.path}: ${issue.message}`);
}
