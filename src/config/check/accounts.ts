// Lists of accounts (`accounts:` of targets, routes and keys) name accounts that exist and can be reached, and what
// accounts say of models is of models that their provider serves.
import { type Draft, type Entry, entriesOf, type Word, wordsOf } from '../read/entries.ts';
import { valueIn } from '../read/places.ts';
import { isTree } from '../read/tree.ts';
import { suggest } from '../validate/nearest.ts';
import { isNamed, type KnownAccount, knownAccounts } from './known-accounts.ts';
import { overlap } from './patterns.ts';
import { type Served, servedBy } from './served.ts';
import { targetsOf } from './targets.ts';

export function checkAccounts(draft: Draft): void {
  const providers = entriesOf(draft, 'providers');
  const known = knownAccounts(draft);
  for (const key of entriesOf(draft, 'keys')) checkNames(draft, known, wordsOf(key, 'accounts'));
  for (const route of entriesOf(draft, 'routes')) checkRoute(draft, known, route);
  for (const model of entriesOf(draft, 'models')) {
    for (const target of targetsOf(model)) checkNames(draft, known, wordsOf(target, 'accounts'));
  }
  for (const provider of providers) {
    const served = servedBy(draft, provider);
    for (const account of entriesOf(draft, ...provider.path, 'accounts')) {
      checkCredential(draft, account);
      checkOwnModels(draft, account, served);
    }
  }
}

/** Whether all of them name somebody. Accounts of a watched directory may come and go: they are not known for sure. */
function checkNames(draft: Draft, known: readonly KnownAccount[], words: readonly Word[]): boolean {
  const unknown = words.filter(({ text }) => !known.some((account) => isNamed(text, account)));
  const severity = typeof valueIn(draft.tree, ['accounts', 'directory']) === 'string' ? 'warning' : 'error';
  for (const { path, text } of unknown) draft.report[severity](path, missing(text, known));
  return unknown.length === 0;
}

function missing(text: string, known: readonly KnownAccount[]): string {
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

function checkRoute(draft: Draft, known: readonly KnownAccount[], route: Entry): void {
  const words = wordsOf(route, 'accounts');
  if (words.length === 0 || !checkNames(draft, known, words)) return;
  const providers = wordsOf(route, 'providers').map(({ text }) => text);
  const reached = known.filter(({ provider }) => providers.length === 0 || providers.includes(provider.name));
  if (reached.some((account) => words.some(({ text }) => isNamed(text, account)))) return;
  const message = `none of these accounts can be reached here: the route's providers are ${providers.join(', ')}`;
  draft.report.error([...route.path, 'accounts'], message, 'key');
}

/** Only one of them could count. */
function checkCredential(draft: Draft, { path, value }: Entry): void {
  const [first, second] = ['apiKey', 'accessKey', 'file'].filter((name) => value[name] !== undefined);
  if (first === undefined || second === undefined) return;
  draft.report.error([...path, second], `an account has one credential: leave out \`${first}\` or \`${second}\``);
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
