// Rules of the plugin `rate-limit` that would be one count: of two with one name, or without names for the same, nobody
// could say which limit holds. The plugin refuses them as well; here they get their line before anything is served.
import { type Draft, entriesOf } from '../read/entries.ts';
import { type Path, valueIn } from '../read/places.ts';
import { isTree, type Tree } from '../read/tree.ts';

const keeper = 'rate-limit';

export function checkRules(draft: Draft): void {
  const chain = Array.isArray(draft.tree.plugins) ? draft.tree.plugins : [];
  chain.forEach((_, index) => {
    checkList(draft, ['plugins', index, keeper, 'rules']);
  });
  for (const list of ['listeners', 'routes', 'keys']) {
    for (const { path } of entriesOf(draft, list)) checkList(draft, [...path, 'plugins', keeper, 'rules']);
  }
}

function checkList(draft: Draft, path: Path): void {
  const rules = valueIn(draft.tree, path);
  const seen = new Map<string, Path>();
  for (const [index, rule] of (Array.isArray(rules) ? rules : []).entries()) {
    if (!isTree(rule)) continue;
    const place = [...path, index];
    const count = countOf(rule);
    const before = seen.get(count);
    if (before === undefined) {
      seen.set(count, place);
      continue;
    }
    const where = draft.report.refer(before, place);
    const named = rule.name !== undefined;
    const what = named ? 'has the name of another rule' : 'counts what another rule counts';
    const remedy = named ? 'name it otherwise' : 'give it a `name`, or put the limits of both into one';
    draft.report.error(place, `${what} (${where}); ${remedy}`);
  }
}

function countOf({ name, per, models }: Tree): string {
  if (name !== undefined) return JSON.stringify(name);
  return JSON.stringify([[...new Set([per].flat())].sort(), Array.isArray(models) ? [...models].sort() : undefined]);
}
