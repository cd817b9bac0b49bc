// All accounts of a configuration, and which of them a list of accounts (`provider/account`, `tag:eu`, `group:team-a`) names.
import { type Draft, type Entry, entriesOf, wordsOf } from '../read/entries.ts';
import { overlap } from './patterns.ts';

export interface KnownAccount {
  readonly provider: Entry;
  readonly name: string;
  readonly tags: readonly string[];
  readonly groups: readonly string[];
  /** Undefined for the one the gateway makes where there is none. */
  readonly entry: Entry | undefined;
}

export function knownAccounts(draft: Draft): KnownAccount[] {
  return entriesOf(draft, 'providers').flatMap((provider): KnownAccount[] => {
    const accounts = entriesOf(draft, ...provider.path, 'accounts');
    if (accounts.length === 0) return [{ provider, name: 'default', tags: [], groups: [], entry: undefined }];
    return accounts.map((entry) => {
      const labels = (setting: string) => wordsOf(entry, setting).map(({ text }) => text);
      return { provider, name: entry.name, tags: labels('tags'), groups: labels('groups'), entry };
    });
  });
}

export function isNamed(text: string, { provider, name, tags, groups }: KnownAccount): boolean {
  if (text.startsWith('tag:')) return tags.some((tag) => overlap(text.slice(4), tag));
  if (text.startsWith('group:')) return groups.some((group) => overlap(text.slice(6), group));
  return overlap(text, text.includes('/') ? `${provider.name}/${name}` : provider.name);
}
