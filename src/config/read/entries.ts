// The named lists of a configuration that may still be wrong: checks walk only what has the right shape, so that all
// findings of a file come at once.
import type { AccountFiles } from '../credentials/account-files.ts';
import type { Discovered } from '../directories/discover.ts';
import type { Report } from '../validate/report.ts';
import { type Path, valueIn } from './places.ts';
import type { Resolved } from './resolve.ts';
import { isTree, type Tree } from './tree.ts';

/** A configuration on its way through the checks. */
export interface Draft {
  readonly tree: Tree;
  readonly report: Report;
  readonly resolved: Resolved;
  readonly plugins: Discovered;
  readonly providers: Discovered;
  /** Accounts whose credential stands in a file of its own. */
  readonly files?: AccountFiles | undefined;
  /** Models that upstreams were found to list, by `LoadedDiscovery.key`. */
  readonly found?: ReadonlyMap<string, readonly string[]> | undefined;
}

export interface Entry {
  readonly path: Path;
  readonly name: string;
  readonly value: Tree;
}

export interface Word {
  readonly path: Path;
  readonly text: string;
}

/** Entries of a list that are maps and have a name. */
export function entriesOf(draft: Draft, ...path: (string | number)[]): Entry[] {
  const list = valueIn(draft.tree, path);
  if (!Array.isArray(list)) return [];
  return list.flatMap((value: unknown, index) => {
    if (!isTree(value) || typeof value.name !== 'string') return [];
    return [{ path: [...path, index], name: value.name, value }];
  });
}

export function namesOf(entries: readonly Entry[]): string[] {
  return entries.map((entry) => entry.name);
}

/** The strings of a list, each with its path. */
export function wordsOf(entry: Entry, setting: string): Word[] {
  const list = entry.value[setting];
  if (!Array.isArray(list)) return [];
  return list.flatMap((text: unknown, index) =>
    typeof text === 'string' ? [{ path: [...entry.path, setting, index], text }] : [],
  );
}

export function wordOf(entry: Entry, setting: string): Word | undefined {
  const text = entry.value[setting];
  return typeof text === 'string' ? { path: [...entry.path, setting], text } : undefined;
}
