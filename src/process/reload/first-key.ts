// The client key of a configuration that names none. There is no default key: the first start makes one, shows it once
// and keeps only its hash.
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { LoadedConfig, LoadedKey } from '../../config/loaded.ts';
import { readOptional, writePrivate } from '../state/files.ts';

export interface KeyedConfig {
  readonly config: LoadedConfig;
  /** The secret of a key that was made just now. Show it: nobody can later. */
  readonly made: string | undefined;
}

/** The configuration with the key named `first`, if it has no other. */
export async function withFirstKey(config: LoadedConfig, directory: string): Promise<KeyedConfig> {
  if (config.keys.length > 0) return { config, made: undefined };
  const path = join(directory, 'keys.json');
  const kept = await readOptional(path);
  if (kept !== undefined) return { config: { ...config, keys: [firstKey(readHash(kept, path))] }, made: undefined };
  const made = `sk-portico-${randomBytes(32).toString('base64url')}`;
  const hash = createHash('sha256').update(made).digest('hex');
  await writePrivate(path, `${JSON.stringify({ first: `sha256:${hash}` }, null, 2)}\n`);
  return { config: { ...config, keys: [firstKey(hash)] }, made };
}

function readHash(text: string, path: string): string {
  const hash = /"first":\s*"sha256:([0-9a-f]{64})"/.exec(text)?.[1];
  if (hash !== undefined) return hash;
  throw new Error(`${path} does not hold the hash of a key. Delete it to have a new key made.`);
}

function firstKey(hash: string): LoadedKey {
  return {
    name: 'first',
    hash,
    enabled: true,
    expiresAt: undefined,
    routes: undefined,
    models: undefined,
    limits: [],
    plugins: {},
  };
}
