// The plugin chain of a gateway.yaml, judged by the plugins' own schemas: defaults filled in, spans in milliseconds.
import { join } from 'node:path';
import { load } from '../../src/config/load.ts';
import type { LoadedPlugin } from '../../src/config/loaded.ts';
import { root } from './gateway.ts';

async function read(chain: readonly unknown[]) {
  const path = join(root, 'chain-of-a-test.yaml');
  const text = JSON.stringify({ version: 1, providers: [{ name: 'mock' }], plugins: chain });
  const { config, issues } = await load({ file: path, documents: [{ path, text }], env: {}, builtin: root });
  return { config, errors: issues.filter(({ severity }) => severity === 'error').map(({ message }) => message) };
}

export async function chainOf(...chain: readonly unknown[]): Promise<readonly LoadedPlugin[]> {
  const { config, errors } = await read(chain);
  if (config === undefined) throw new Error(errors.join('; '));
  return config.plugins;
}

/** What is wrong with a chain. */
export async function errorsOf(...chain: readonly unknown[]): Promise<readonly string[]> {
  return (await read(chain)).errors;
}
