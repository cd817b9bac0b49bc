// The main file and its includes as one tree: includes add to lists and may hold nothing else.
import type { Document } from '../loaded.ts';
import { Report } from '../validate/report.ts';
import { type Parsed, parse } from './parse.ts';
import { type Path, type Place, Places } from './places.ts';
import { isTree, type Tree } from './tree.ts';

/** The lists an include may add to. */
export const includable = ['listeners', 'routes', 'providers', 'models', 'keys', 'egress'] as const;

/** Just the values, of documents that may be wrong: what cannot be read is left out. */
export function mergeDocuments(documents: readonly Document[]): Tree {
  const places = new Places(documents[0]?.path ?? '');
  const report = new Report(places);
  const [main, ...others] = documents.map((document) => ({ document, parsed: parse(document) }));
  if (main === undefined || main.parsed.issues.length > 0 || !isTree(main.parsed.value)) return {};
  for (const { document, parsed } of others) {
    if (parsed.issues.length === 0) addInclude(main.parsed.value, parsed, document.path, report);
  }
  return main.parsed.value;
}

/** Adds the lists of an include to the tree, and its places to the report's. */
export function addInclude(tree: Tree, parsed: Parsed, file: string, report: Report): void {
  const { value } = parsed;
  if (!isTree(value)) {
    const message = `an included file may only hold ${includable.join(', ')}`;
    return report.add({ severity: 'error', file, line: 1, column: 1, path: '', message });
  }
  const shifts = new Map<string, number>();
  for (const [name, list] of Object.entries(value)) {
    const known = includable.some((one) => one === name);
    if (!known || !Array.isArray(list)) {
      const message = known
        ? `${name} must be a list`
        : `"${name}" may not stand in an included file, only ${includable.join(', ')}`;
      report.add({ severity: 'error', ...placeOf(parsed, [name], file), path: name, message });
      continue;
    }
    const present = tree[name] ?? [];
    if (!Array.isArray(present)) continue;
    shifts.set(name, present.length);
    tree[name] = [...present, ...list];
  }
  for (const { path, mark } of parsed.marks) {
    const [name, index, ...rest] = path;
    const shift = shifts.get(String(name));
    if (shift === undefined || typeof index !== 'number') continue;
    report.places.set([String(name), index + shift, ...rest], mark);
  }
}

function placeOf(parsed: Parsed, path: Path, file: string): Place {
  const found = parsed.marks.find((one) => one.path.length === path.length && one.path.every((p, i) => p === path[i]));
  return found?.mark.key ?? found?.mark.value ?? { file, line: 1, column: 1 };
}
