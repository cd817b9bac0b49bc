// The values that must never be shown: what the schemas call secret, and what references brought into places that no
// schema describes.

import { definitionOf } from '../check/providers.ts';
import { secretsOf } from '../credentials/sources.ts';
import { type Draft, entriesOf } from '../read/entries.ts';
import { eachString, type Path, pointerOf } from '../read/places.ts';
import { schemaAt } from '../validate/schema-path.ts';
import { gatewaySchema, type Schema } from '../validate/validate.ts';

/** Masking anything shorter would blot out ordinary words. */
const shortest = 6;

const sensitive = /secret|token|password|passwd|api-?key|authorization|cookie|credential/i;

export function collectSecrets(draft: Draft): string[] {
  const secrets = new Set<string>();
  const referred = new Map(draft.resolved.found.map(({ path, values }) => [pointerOf(path), values]));
  eachString(draft.tree, (value, path) => {
    const values = referred.get(pointerOf(path)) ?? [];
    const kind = kindOf(draft, path, values.length > 0);
    if (kind === 'whole') for (const secret of [value, ...values]) secrets.add(secret);
    if (kind === 'url') for (const secret of passwordsOf(value)) secrets.add(secret);
  });
  for (const secret of secretsOf(draft)) secrets.add(secret);
  return [...secrets].filter((secret) => secret.length >= shortest);
}

/** What must be hidden of a value at this place. */
function kindOf(draft: Draft, path: Path, referred: boolean): 'whole' | 'url' | 'nothing' {
  const headers = path.at(-2) === 'headers' && path[0] === 'providers';
  if (headers) return referred || sensitive.test(String(path.at(-1))) ? 'whole' : 'nothing';
  const schema = schemaAt(gatewaySchema, path) ?? settingAt(draft, path);
  if (schema?.['x-secret'] === true) return 'whole';
  if (schema?.['x-secret'] === 'url') return 'url';
  if (schema !== undefined) return 'nothing';
  return referred || sensitive.test(String(path.at(-1))) ? 'whole' : 'nothing';
}

/** The schema of a setting of a plugin or provider directory. */
function settingAt(draft: Draft, path: Path): Schema | undefined {
  const start = path.lastIndexOf('plugins') + (path[0] === 'plugins' ? 2 : 1);
  const plugin = start > 0 ? draft.plugins.definitions.get(String(path[start]))?.schema : undefined;
  if (plugin !== undefined && path[0] !== 'providers') return schemaAt(plugin, path.slice(start + 1));
  if (path[0] !== 'providers' || path[2] !== 'settings') return undefined;
  const provider = entriesOf(draft, 'providers').find((entry) => entry.path[1] === path[1]);
  const schema = provider && definitionOf(draft, provider)?.schema;
  return schema && schemaAt(schema, path.slice(3));
}

/** User and password of a URL, as written and decoded. */
function passwordsOf(url: string): string[] {
  const password = /^[a-z0-9]+:\/\/[^/]*?:([^@/]*)@/i.exec(url)?.[1];
  if (password === undefined) return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch (error) {
    if (error instanceof URIError) return [password];
    throw error;
  }
}
