// What a provider instance serves: what it lists itself, what its upstream was found to list, or what its directory knows.
import { type ProviderManifest, wildcard } from '../../core/index.ts';
import type { LoadedDiscovery, LoadedProvider } from '../loaded-provider.ts';
import type { Provider, ProviderModel } from '../types.gen.ts';
import { schemaAt } from '../validate/schema-path.ts';
import { gatewaySchema } from '../validate/validate.ts';
import { milliseconds } from './units.ts';

type Models = LoadedProvider['models'];

/** `found`: the list the upstream gave last, if it was ever asked. */
export function modelsOf(
  { models }: Pick<Provider, 'models'>,
  manifest: ProviderManifest,
  found: readonly string[] | undefined,
): Models {
  const known = manifest.models?.known ?? [];
  if (models === undefined) return served(known);
  if (Array.isArray(models) || models === '*') return served(models);
  const { include, exclude, also } = typeof models === 'string' ? everything : models;
  const listed = served(found === undefined ? known : taken(found, include, exclude));
  return { any: listed.any, ids: { ...listed.ids, ...served(also).ids } };
}

const everything = { include: undefined, exclude: undefined, also: [] };

function served(models: readonly ProviderModel[] | string): Models {
  if (typeof models === 'string') return { any: true, ids: {} };
  const ids = models.map((model) => (typeof model === 'string' ? [model, model] : [model.as ?? model.id, model.id]));
  return { any: false, ids: Object.fromEntries(ids) };
}

function taken(found: readonly string[], include: readonly string[] | undefined, exclude: readonly string[] = []) {
  const [wanted, unwanted] = [include?.map(wildcard), exclude.map(wildcard)];
  return found.filter((id) => wanted?.some((matches) => matches(id)) !== false && !unwanted.some((not) => not(id)));
}

/** Undefined where the upstream is not asked. */
export function discoveryOf(
  { name, models }: Pick<Provider, 'name' | 'models'>,
  directory: string,
  baseUrl: string,
): LoadedDiscovery | undefined {
  const key = `${name} ${directory} ${baseUrl}`;
  if (models === 'discover') return { key, every: milliseconds(usualPeriod()) };
  if (typeof models !== 'object' || Array.isArray(models)) return undefined;
  return { key, every: milliseconds(models.discover) };
}

function usualPeriod(): string {
  return schemaAt(gatewaySchema, ['providers', 0, 'models', 'discover'])?.default as string;
}
