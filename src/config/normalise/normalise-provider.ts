// One provider instance joined with its directory: accounts with everything they inherit, models by client name.

import { hash } from 'node:crypto';
import type { DialectName, ProviderManifest } from '../../core/index.ts';
import { definitionOf, hasCredential, needsCredential } from '../check/providers.ts';
import type { FoundCredential } from '../credentials/account-files.ts';
import { credentialOf, identityOf } from '../credentials/identity.ts';
import type { LoadedAccount, LoadedProvider } from '../loaded.ts';
import { type Draft, type Entry, entriesOf } from '../read/entries.ts';
import { pointerOf } from '../read/places.ts';
import type { Account, Provider } from '../types.gen.ts';
import { accessKeyOf } from './access-key.ts';
import { errorRulesOf } from './error-rules.ts';
import { fillIn } from './fill-in.ts';
import { limitsOf } from './limits.ts';
import { discoveryOf, modelsOf } from './models.ts';
import { timeoutsOf } from './normalise.ts';
import { milliseconds } from './units.ts';
import { baseUrlOf, nameLeft } from './upstream-url.ts';

export function normaliseProvider(draft: Draft, provider: Provider, index: number): LoadedProvider {
  const path = ['providers', index];
  const entry: Entry = { path, name: provider.name, value: provider as unknown as Entry['value'] };
  const definition = definitionOf(draft, entry);
  const manifest = definition?.manifest;
  if (definition === undefined || manifest === undefined) throw new Error(`unchecked provider ${provider.name}`);
  const accounts = entriesOf(draft, ...path, 'accounts').map((account) => {
    const plain = account.value as unknown as Account;
    const missing = draft.resolved.disabled.get(pointerOf(account.path));
    const baseUrl = baseUrlOf(draft, entry, account, definition);
    const unfit = hasCredential(draft, entry, account, definition) ? undefined : 'it has no apiKey';
    const left = nameLeft(baseUrl);
    const disabled = plain.enabled
      ? (missing ?? unfit ?? (left === undefined ? undefined : `nothing says its ${left}`))
      : 'switched off in the configuration';
    return accountOf(draft, provider, plain, manifest, { baseUrl, disabled, found: foundAt(draft, account) });
  });
  const usualUrl = provider.baseUrl ?? fillIn(manifest.baseUrl ?? '', provider.settings);
  const discovery = discoveryOf(provider, definition.directory.name, usualUrl);
  return {
    name: provider.name,
    enabled: provider.enabled,
    directory: definition.directory,
    manifest,
    accounts:
      accounts.length === 0 && !needsCredential(manifest.auth) ? [unnamed(draft, provider, manifest)] : accounts,
    models: modelsOf(provider, manifest, discovery && draft.found?.get(discovery.key)),
    discovery,
    dialects: provider.dialects ?? (Object.keys(manifest.dialects) as DialectName[]),
    timeouts: timeoutsOf(provider.timeouts),
    prices: definition.prices,
    limits: limitsOf(draft, provider.limits),
    onError: errorRulesOf(provider.onError),
    breaker: breakerOf(provider.breaker),
    cooling: coolingOf(provider.cooling),
    probe: probeOf(provider.probe, draft.tree.timezone),
    settings: provider.settings,
  };
}

/** What was worked out of an account before. */
interface Worked {
  readonly baseUrl: string;
  readonly disabled: string | undefined;
  readonly found?: FoundCredential | undefined;
}

function foundAt(draft: Draft, account: Entry): FoundCredential | undefined {
  return draft.files?.found.get(pointerOf(account.path));
}

function accountOf(
  draft: Draft,
  provider: Provider,
  account: Account,
  manifest: ProviderManifest,
  { baseUrl, disabled, found }: Worked,
): LoadedAccount {
  const apiKey = account.apiKey ?? found?.read.apiKey;
  const credential = apiKey === undefined && account.accessKey === undefined ? found && credentialOf(found) : undefined;
  return {
    name: account.name,
    apiKey,
    credential,
    accessKey: accessKeyOf(account.accessKey, manifest, baseUrl, provider.settings),
    disabled,
    priority: account.priority,
    weight: account.weight,
    baseUrl,
    headers: { ...lower(manifest.headers), ...lower(provider.headers), ...lower(account.headers) },
    limits: limitsOf(draft, account.limits),
    egress: account.egress ?? provider.egress,
    fingerprint: fingerprintOf(apiKey ?? account.accessKey?.id ?? (found && identityOf(found))),
    models: account.models,
    exclude: account.exclude ?? [],
    rename: account.rename,
    tags: account.tags,
    groups: account.groups,
    note: account.note,
    queue: account.queue && { size: account.queue.size, wait: milliseconds(account.queue.wait) },
    onError: errorRulesOf(account.onError),
  };
}

/** Tells credentials apart without telling them. */
function fingerprintOf(secret: string | undefined): string {
  return secret === undefined ? '' : hash('sha256', secret, 'hex').slice(0, 12);
}

function breakerOf({ failures, window, open }: Provider['breaker']): LoadedProvider['breaker'] {
  return { failures, window: milliseconds(window), open: milliseconds(open) };
}

function coolingOf(cooling: Provider['cooling']): LoadedProvider['cooling'] {
  return typeof cooling === 'string' ? undefined : { most: milliseconds(cooling.most) };
}

function probeOf(probe: Provider['probe'], usual: unknown): LoadedProvider['probe'] {
  if (probe === undefined) return undefined;
  const { schedule, timezone = String(usual), model, timeout, only } = probe;
  return { schedule, timezone, model, timeout: milliseconds(timeout), only };
}

/** A provider that needs no credentials is reached all the same. */
function unnamed(draft: Draft, provider: Provider, manifest: ProviderManifest): LoadedAccount {
  const account = { name: 'default', enabled: true, priority: 0, weight: 1, headers: {} };
  const nothing = { rename: {}, tags: [], groups: [], onError: [] };
  const baseUrl = provider.baseUrl ?? fillIn(manifest.baseUrl ?? '', provider.settings);
  return accountOf(draft, provider, { ...account, ...nothing }, manifest, { baseUrl, disabled: undefined });
}

/** Header names as they are compared. */
export function lower(headers: Readonly<Record<string, string | undefined>> = {}): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value ?? '']);
  return Object.fromEntries(entries);
}
