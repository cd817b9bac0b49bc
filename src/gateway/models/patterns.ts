// Names with `*` as a wildcard, as keys and routes write them.

import { wildcard } from '../../core/index.ts';

const compiled = new Map<string, (name: string) => boolean>();

/** Whether any pattern matches the whole name. No patterns given: everything matches. */
export function allows(patterns: readonly string[] | undefined, name: string): boolean {
  return patterns === undefined || patterns.some((pattern) => matches(pattern, name));
}

function matches(pattern: string, name: string): boolean {
  if (!pattern.includes('*')) return pattern === name;
  let matching = compiled.get(pattern);
  if (matching === undefined) {
    matching = wildcard(pattern);
    if (compiled.size > 10_000) compiled.clear();
    compiled.set(pattern, matching);
  }
  return matching(name);
}
