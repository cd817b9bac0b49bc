// Where an upstream lists its models, and how the list is read.

import type { LoadedAccount, LoadedProvider } from '../../config/loaded.ts';
import { fillIn } from '../../config/normalise/fill-in.ts';
import type { Dialect, ModelPage } from '../../core/index.ts';
import { dialects } from '../../dialects/index.ts';
import { join } from '../../gateway/attempt/request-for.ts';
import { offers } from '../../gateway/models/offers.ts';

export interface Listing {
  readonly url: URL;
  /** Undefined where it is no list. */
  read(list: unknown): ModelPage | undefined;
}

/** Undefined where the directory says of no list. */
export function listingOf(
  provider: LoadedProvider,
  account: Pick<LoadedAccount, 'baseUrl' | 'accessKey'>,
): Listing | undefined {
  const { manifest } = provider;
  // An account of another region is signed for that one: it is asked there.
  const region = account.accessKey?.region;
  const settings = region === undefined ? provider.settings : { ...provider.settings, region };
  const told = manifest.models?.discover;
  const dialect = listed(provider) ?? (told && provider.dialects.map((name) => dialects[name])[0]);
  const path = told === undefined ? dialect && pathIn(dialect, provider) : fillIn(told.path, settings);
  if (dialect === undefined || path === undefined) return undefined;
  const url = /^https?:/.test(path) ? new URL(path) : below(account.baseUrl, path);
  if (told?.items !== undefined) return { url, read: readerOf(told.items, told.id ?? 'id') };
  for (const [name, value] of Object.entries(dialect.modelsQuery)) url.searchParams.set(name, value);
  return { url, read: dialect.readModels };
}

function below(baseUrl: string, path: string): URL {
  const base = new URL(baseUrl);
  return new URL(base.origin + join(base.pathname, path, ''));
}

/** The first of its dialects in which it lists models. */
function listed(provider: LoadedProvider): Dialect | undefined {
  const name = provider.dialects.find((each) => offers(provider, each, 'models') && plainList(dialects[each]));
  return name && dialects[name];
}

function plainList(dialect: Dialect) {
  return dialect.endpoints.find(({ operation, upstream }) => operation === 'models' && !upstream.includes('{'));
}

function pathIn(dialect: Dialect, { manifest }: LoadedProvider): string | undefined {
  return manifest.dialects[dialect.name]?.paths?.models ?? plainList(dialect)?.upstream;
}

function readerOf(items: string, id: string): Listing['read'] {
  return (list) => {
    const found = at(list, items);
    if (!Array.isArray(found)) return undefined;
    const ids = found.map((item: unknown) => at(item, id)).filter((one) => typeof one === 'string');
    return { ids, next: undefined };
  };
}

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, name) => (Object(inner) as Record<string, unknown>)[name], value);
}
