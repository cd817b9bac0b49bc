// Provider instances against their directories: it exists, somewhere there is a base URL, there are credentials where
// they are needed, and the directory's own schema accepts the settings.
import type { ProviderAuth } from '../../core/index.ts';
import type { Definition } from '../directories/inspect.ts';
import { fillIn } from '../normalise/fill-in.ts';
import { settle } from '../normalise/settings.ts';
import { baseUrlOf, credentialNames, nameLeft } from '../normalise/upstream-url.ts';
import { type Draft, type Entry, entriesOf, wordOf, wordsOf } from '../read/entries.ts';
import { pointerOf } from '../read/places.ts';
import { isTree } from '../read/tree.ts';
import { suggest } from '../validate/nearest.ts';
import { check } from '../validate/validate.ts';
import { checkDiscovery } from './discovery.ts';

export function checkProviders(draft: Draft): void {
  for (const provider of entriesOf(draft, 'providers')) {
    const definition = definitionOf(draft, provider);
    if (definition === undefined) {
      unknownDirectory(draft, provider);
      continue;
    }
    for (const problem of definition.problems) if (problem.severity === 'error') draft.report.add(problem);
    checkSettings(draft, provider, definition);
    if (definition.manifest === undefined) continue;
    checkDialects(draft, provider, definition);
    checkBaseUrl(draft, provider, definition);
    checkCredentials(draft, provider, definition);
    checkDiscovery(draft, provider, definition);
  }
}

export function definitionOf(draft: Draft, provider: Entry): Definition | undefined {
  return draft.providers.definitions.get(wordOf(provider, 'use')?.text ?? provider.name);
}

function unknownDirectory(draft: Draft, provider: Entry): void {
  const use = wordOf(provider, 'use');
  const { text, path } = use ?? { text: provider.name, path: [...provider.path, 'name'] };
  const names = [...draft.providers.definitions.keys()];
  const remedy = use === undefined ? '; `use:` names the directory where it is not the name' : '';
  draft.report.error(path, `there is no provider directory "${text}"${suggest(text, names)}${remedy}`);
}

/** Fills the defaults of the directory's schema in, in place. */
function checkSettings(draft: Draft, provider: Entry, definition: Definition): void {
  const value = provider.value.settings;
  if (!isTree(value)) return;
  const path = [...provider.path, 'settings'];
  if (definition.validate !== undefined && definition.schema !== undefined) {
    if (check(definition.validate, { ...draft.resolved, value, path }, draft.report)) {
      Object.assign(value, settle(definition.schema, value));
    }
    return;
  }
  if (definition.problems.some((problem) => problem.severity === 'error')) return;
  for (const name of Object.keys(value)) {
    draft.report.error([...path, name], `the provider directory "${definition.directory.name}" has no settings`, 'key');
  }
}

function checkDialects(draft: Draft, provider: Entry, definition: Definition): void {
  const spoken = Object.keys(definition.manifest?.dialects ?? {});
  for (const { path, text } of wordsOf(provider, 'dialects')) {
    if (!spoken.includes(text)) {
      draft.report.error(path, `"${definition.directory.name}" does not speak ${text}; it speaks ${spoken.join(', ')}`);
    }
  }
}

function checkBaseUrl(draft: Draft, provider: Entry, definition: Definition): void {
  const missing = missingSetting(provider, definition);
  if (missing !== undefined) {
    const message = `the base URL of "${definition.directory.name}" needs the setting "${missing}": write \`settings: { ${missing}: … }\`, or a \`baseUrl\``;
    return draft.report.error(provider.path, message);
  }
  if (definition.manifest?.baseUrl !== undefined || provider.value.baseUrl !== undefined) return;
  const accounts = entriesOf(draft, ...provider.path, 'accounts');
  const usable = accounts.filter((account) => !draft.resolved.disabled.has(pointerOf(account.path)));
  if (accounts.length > 0 && usable.every((account) => account.value.baseUrl !== undefined)) return;
  const message = `"${definition.directory.name}" has no base URL of its own: the setting "baseUrl" is missing`;
  draft.report.error(provider.path, message);
}

/** The first name in the directory's base URL that the instance says nothing of. */
function missingSetting(provider: Entry, definition: Definition): string | undefined {
  if (provider.value.baseUrl !== undefined) return undefined;
  const settings = isTree(provider.value.settings) ? provider.value.settings : {};
  const names = [...fillIn(definition.manifest?.baseUrl ?? '', settings).matchAll(/\{(\w+)\}/g)];
  return names.map(([, name]) => name).find((name) => name !== undefined && !credentialNames.includes(name));
}

/** Keys to sign with, where nothing is signed, or beside another credential. */
function checkAccessKey(draft: Draft, account: Entry, definition: Definition): void {
  if (account.value.accessKey === undefined) return;
  const path = [...account.path, 'accessKey'];
  const auth = definition.manifest?.auth;
  if (auth?.kind !== 'header' || auth.sigv4 === undefined) {
    const message = `requests to "${definition.directory.name}" are not signed: an accessKey has no meaning here; write an apiKey`;
    return draft.report.error(path, message);
  }
  if (account.value.apiKey === undefined) return;
  draft.report.error(path, 'the account has an apiKey as well; one of them must go');
}

function checkCredentials(draft: Draft, provider: Entry, definition: Definition): void {
  const auth = definition.manifest?.auth;
  const accounts = entriesOf(draft, ...provider.path, 'accounts');
  for (const account of accounts) checkAccessKey(draft, account, definition);
  if (!needsCredential(auth) || provider.value.enabled === false) return;
  if (accounts.length === 0 && Array.isArray(provider.value.accounts)) {
    const message = `"${provider.name}" needs credentials but has no accounts: no request can go there`;
    draft.report.warning([...provider.path, 'name'], message);
  }
  for (const account of accounts) {
    if (account.value.enabled === false || draft.resolved.disabled.has(pointerOf(account.path))) continue;
    if (hasCredential(draft, provider, account, definition)) {
      const left = nameLeft(baseUrlOf(draft, provider, account, definition));
      if (left !== undefined) draft.report.warning(account.path, `${lacks(account.name, left)}; it is disabled`);
      continue;
    }
    draft.report.warning(account.path, `the account "${account.name}" has no apiKey; it is disabled`);
  }
}

function lacks(account: string, name: string): string {
  return `nothing says the ${name} of the account "${account}": write \`settings: { ${name}: … }\` on the provider, or "${name}" in its file`;
}

export function needsCredential(auth: ProviderAuth | undefined): boolean {
  return auth !== undefined && auth.kind !== 'none' && auth.optional !== true;
}

/** An API key, what a file of its own holds, or a header written by hand that does its work. */
export function hasCredential(draft: Draft, provider: Entry, account: Entry, definition: Definition): boolean {
  const auth = definition.manifest?.auth;
  if (auth === undefined || !needsCredential(auth) || auth.kind === 'none') return true;
  if (account.value.apiKey !== undefined || draft.files?.found.has(pointerOf(account.path))) return true;
  if (auth.kind === 'header' && auth.sigv4 !== undefined && account.value.accessKey !== undefined) return true;
  if (auth.kind === 'query') return false;
  const headers = [provider.value.headers, account.value.headers].flatMap((map) =>
    isTree(map) ? Object.keys(map) : [],
  );
  return headers.some((name) => name.toLowerCase() === auth.name.toLowerCase());
}
