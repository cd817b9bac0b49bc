// One provider instance joined with its directory: accounts with everything they inherit, models by client name.
import { type DialectName, type ProviderManifest, readLimits } from '../../core/index.ts';
import { definitionOf, hasCredential, needsCredential } from '../check/providers.ts';
import type { LoadedAccount, LoadedProvider } from '../loaded.ts';
import { type Draft, type Entry, entriesOf } from '../read/entries.ts';
import { pointerOf } from '../read/places.ts';
import type { Account, Provider } from '../types.gen.ts';
import { timeoutsOf } from './normalise.ts';

export function normaliseProvider(draft: Draft, provider: Provider, index: number): LoadedProvider {
  const path = ['providers', index];
  const entry: Entry = { path, name: provider.name, value: provider as unknown as Entry['value'] };
  const definition = definitionOf(draft, entry);
  const manifest = definition?.manifest;
  if (definition === undefined || manifest === undefined) throw new Error(`unchecked provider ${provider.name}`);
  const accounts = entriesOf(draft, ...path, 'accounts').map((account) => {
    const plain = account.value as unknown as Account;
    const missing = draft.resolved.disabled.get(pointerOf(account.path));
    const disabled = plain.enabled
      ? (missing ?? (hasCredential(entry, account, definition) ? undefined : 'it has no apiKey'))
      : 'switched off in the configuration';
    return accountOf(provider, plain, manifest, disabled);
  });
  return {
    name: provider.name,
    enabled: provider.enabled,
    directory: definition.directory,
    manifest,
    accounts: accounts.length === 0 && !needsCredential(manifest.auth) ? [unnamed(provider, manifest)] : accounts,
    models: modelsOf(provider.models ?? manifest.models?.known ?? []),
    dialects: provider.dialects ?? (Object.keys(manifest.dialects) as DialectName[]),
    timeouts: timeoutsOf(provider.timeouts),
    prices: definition.prices,
    limits: readLimits(provider.limits),
    settings: provider.settings,
  };
}

function accountOf(
  provider: Provider,
  account: Account,
  manifest: ProviderManifest,
  disabled: string | undefined,
): LoadedAccount {
  return {
    name: account.name,
    apiKey: account.apiKey,
    disabled,
    priority: account.priority,
    weight: account.weight,
    baseUrl: account.baseUrl ?? provider.baseUrl ?? manifest.baseUrl ?? '',
    headers: { ...lower(manifest.headers), ...lower(provider.headers), ...lower(account.headers) },
    limits: readLimits(account.limits),
    egress: account.egress ?? provider.egress,
  };
}

/** A provider that needs no credentials is reached all the same. */
function unnamed(provider: Provider, manifest: ProviderManifest): LoadedAccount {
  const account = { name: 'default', enabled: true, priority: 0, weight: 1, headers: {} };
  return accountOf(provider, account, manifest, undefined);
}

/** Header names as they are compared. */
export function lower(headers: Readonly<Record<string, string | undefined>> = {}): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value ?? '']);
  return Object.fromEntries(entries);
}

function modelsOf(models: Provider['models'] | ProviderModels): LoadedProvider['models'] {
  if (models === undefined || typeof models === 'string') return { any: true, ids: {} };
  const ids = models.map((model) => (typeof model === 'string' ? [model, model] : [model.as ?? model.id, model.id]));
  return { any: false, ids: Object.fromEntries(ids) };
}

type ProviderModels = readonly string[] | '*';
