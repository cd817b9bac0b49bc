// Lists of accounts (`accounts:` of targets, routes and keys) name accounts that exist and can be reached, and what
// accounts say of models is of models that their provider serves.
import { type Draft, type Entry, entriesOf, type Word, wordsOf } from '../read/entries.ts';
import { valueIn } from '../read/places.ts';
import { isTree } from '../read/tree.ts';
import { suggest } from '../validate/nearest.ts';
import { overlap } from './patterns.ts';
import { type Served, servedBy } from './served.ts';

interface Known {
  readonly provider: Entry;
  readonly name: string;
  readonly tags: readonly string[];
  readonly groups: readonly string[];
}

export function checkAccounts(draft: Draft): void {
  const providers = entriesOf(draft, 'providers');
  const known = providers.flatMap((provider) => accountsOf(draft, provider));
  for (const key of entriesOf(draft, 'keys')) checkNames(draft, known, wordsOf(key, 'accounts'));
  for (const route of entriesOf(draft, 'routes')) checkRoute(draft, known, route);
  for (const model of entriesOf(draft, 'models')) {
    for (const target of targetsOf(model)) checkTarget(draft, known, target);
  }
  for (const provider of providers) {
    const served = servedBy(draft, provider);
    for (const account of entriesOf(draft, ...provider.path, 'accounts')) checkOwnModels(draft, account, served);
  }
}

function accountsOf(draft: Draft, provider: Entry): Known[] {
  const accounts = entriesOf(draft, ...provider.path, 'accounts');
  // Where there is none the gateway makes one, if none is needed.
  if (accounts.length === 0) return [{ provider, name: 'default', tags: [], groups: [] }];
  return accounts.map((account) => {
    const labels = (setting: string) => wordsOf(account, setting).map(({ text }) => text);
    return { provider, name: account.name, tags: labels('tags'), groups: labels('groups') };
  });
}

function targetsOf(model: Entry): Entry[] {
  const targets = Array.isArray(model.value.targets) ? model.value.targets : [];
  return targets.flatMap((value: unknown, index) => {
    if (!isTree(value) || typeof value.model !== 'string') return [];
    return [{ path: [...model.path, 'targets', index], name: value.model, value }];
  });
}

function isNamed(text: string, { provider, name, tags, groups }: Known): boolean {
  if (text.startsWith('tag:')) return tags.some((tag) => overlap(text.slice(4), tag));
  if (text.startsWith('group:')) return groups.some((group) => overlap(text.slice(6), group));
  return overlap(text, text.includes('/') ? `${provider.name}/${name}` : provider.name);
}

/** Whether all of them name somebody. Accounts of a watched directory may come and go: they are not known for sure. */
function checkNames(draft: Draft, known: readonly Known[], words: readonly Word[]): boolean {
  const unknown = words.filter(({ text }) => !known.some((account) => isNamed(text, account)));
  const severity = typeof valueIn(draft.tree, ['accounts', 'directory']) === 'string' ? 'warning' : 'error';
  for (const { path, text } of unknown) draft.report[severity](path, missing(text, known));
  return unknown.length === 0;
}

function missing(text: string, known: readonly Known[]): string {
  const [, kind, label] = /^(tag|group):(.*)$/.exec(text) ?? [];
  if (kind !== undefined && label !== undefined) {
    const labels = new Set(known.flatMap(({ tags, groups }) => (kind === 'tag' ? tags : groups)));
    return `no account has the ${kind} "${label}"${suggest(label, [...labels])}`;
  }
  const names = text.includes('/')
    ? known.map(({ provider, name }) => `${provider.name}/${name}`)
    : [...new Set(known.map(({ provider }) => provider.name))];
  return `there is no ${text.includes('/') ? 'account' : 'provider'} "${text}"${suggest(text, names)}`;
}

function checkRoute(draft: Draft, known: readonly Known[], route: Entry): void {
  const words = wordsOf(route, 'accounts');
  if (words.length === 0 || !checkNames(draft, known, words)) return;
  const providers = wordsOf(route, 'providers').map(({ text }) => text);
  const reached = known.filter(({ provider }) => providers.length === 0 || providers.includes(provider.name));
  if (reached.some((account) => words.some(({ text }) => isNamed(text, account)))) return;
  const message = `none of these accounts can be reached here: the route's providers are ${providers.join(', ')}`;
  draft.report.error([...route.path, 'accounts'], message, 'key');
}

/** A target that names its provider cannot use the accounts of others. */
function checkTarget(draft: Draft, known: readonly Known[], target: Entry): void {
  const words = wordsOf(target, 'accounts');
  if (words.length === 0 || !checkNames(draft, known, words)) return;
  const prefix = target.name.slice(0, Math.max(0, target.name.indexOf('/')));
  const own = known.filter(({ provider }) => provider.name === prefix);
  if (own.length === 0 || own.some((account) => words.some(({ text }) => isNamed(text, account)))) return;
  const message = `none of these is an account of ${prefix}; its accounts are ${own.map(({ name }) => name).join(', ')}`;
  draft.report.error([...target.path, 'accounts'], message, 'key');
}

function checkOwnModels(draft: Draft, account: Entry, { any, ids, upstream, provider }: Served): void {
  if (any) return;
  const names = [...ids, ...upstream];
  for (const { path, text } of wordsOf(account, 'models')) {
    if (names.some((name) => overlap(text, name))) continue;
    draft.report.error(path, `"${provider}" serves no model that matches "${text}"${suggest(text, ids)}`);
  }
  for (const { path, text } of wordsOf(account, 'exclude')) {
    if (names.some((name) => overlap(text, name))) continue;
    draft.report.warning(path, `"${provider}" serves no model that matches "${text}"${suggest(text, ids)}`);
  }
  for (const name of Object.keys(isTree(account.value.rename) ? account.value.rename : {})) {
    if (ids.includes(name)) continue;
    const message = `"${provider}" does not serve "${name}"${suggest(name, ids)}`;
    draft.report.error([...account.path, 'rename', name], message, 'key');
  }
}
