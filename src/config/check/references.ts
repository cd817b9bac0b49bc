// Names that are given twice, and names that lead nowhere.
import { type Draft, type Entry, entriesOf, namesOf, type Word, wordOf, wordsOf } from '../read/entries.ts';
import { suggest } from '../validate/nearest.ts';

const nouns = {
  listeners: 'listener',
  routes: 'route',
  providers: 'provider',
  models: 'model',
  keys: 'key',
  egress: 'egress',
} as const;

export function checkReferences(draft: Draft): void {
  for (const [list, noun] of Object.entries(nouns)) unique(draft, entriesOf(draft, list), noun);
  for (const provider of entriesOf(draft, 'providers')) {
    unique(draft, entriesOf(draft, ...provider.path, 'accounts'), 'account');
  }
  const routes = namesOf(entriesOf(draft, 'routes'));
  const providers = namesOf(entriesOf(draft, 'providers'));
  const egress = ['direct', ...namesOf(entriesOf(draft, 'egress'))];
  for (const listener of entriesOf(draft, 'listeners')) known(draft, wordsOf(listener, 'routes'), routes, 'route');
  for (const key of entriesOf(draft, 'keys')) known(draft, wordsOf(key, 'routes'), routes, 'route');
  for (const route of entriesOf(draft, 'routes')) known(draft, wordsOf(route, 'providers'), providers, 'provider');
  for (const provider of entriesOf(draft, 'providers')) {
    for (const user of [provider, ...entriesOf(draft, ...provider.path, 'accounts')]) {
      const word = wordOf(user, 'egress');
      if (word !== undefined) known(draft, [word], egress, 'egress');
    }
  }
  for (const entry of entriesOf(draft, 'egress')) {
    if (entry.name === 'direct')
      draft.report.error([...entry.path, 'name'], '"direct" means no proxy; choose another name');
  }
}

function unique(draft: Draft, entries: readonly Entry[], noun: string): void {
  const first = new Map<string, Entry>();
  for (const entry of entries) {
    const before = first.get(entry.name);
    if (before === undefined) {
      first.set(entry.name, entry);
      continue;
    }
    const path = [...entry.path, 'name'];
    const where = draft.report.refer([...before.path, 'name'], path);
    draft.report.error(path, `the ${noun} "${entry.name}" exists already (${where})`);
  }
}

function known(draft: Draft, words: readonly Word[], names: readonly string[], noun: string): void {
  const seen = new Set<string>();
  for (const { path, text } of words) {
    if (!names.includes(text)) draft.report.error(path, `there is no ${noun} "${text}"${suggest(text, names)}`);
    if (seen.has(text)) draft.report.warning(path, `"${text}" is repeated`);
    seen.add(text);
  }
}
