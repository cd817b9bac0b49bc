// The node of a YAML document that a place names, as far as it is there.
import { type Document, isMap, isScalar, isSeq, type Node, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Step } from './parse-place.ts';

export interface Found {
  /** The deepest node that is there; null for an empty document. */
  readonly node: Node | null;
  /** Keys and indexes that lead to it. */
  readonly path: readonly (string | number)[];
  /** What is left of the place: empty where the node is the one that was named. */
  readonly rest: readonly Step[];
}

export function findPlace(document: Document.Parsed, steps: readonly Step[]): Found {
  let node: Node | null = document.contents;
  const path: (string | number)[] = [];
  for (const [index, step] of steps.entries()) {
    const next = isMap(node) ? memberOf(node, step) : isSeq(node) ? entryOf(node, step) : undefined;
    if (next === undefined) return { node, path, rest: steps.slice(index) };
    path.push(next.key);
    node = next.node;
  }
  return { node, path, rest: [] };
}

function memberOf(map: YAMLMap, { word }: Step) {
  const pair = map.items.find(({ key }) => (isScalar(key) ? String(key.value) : key) === word);
  return pair === undefined ? undefined : { key: word, node: (pair.value ?? null) as Node | null };
}

/** By number, or by what the entry calls itself. */
function entryOf(list: YAMLSeq, { word }: Step) {
  const byName = list.items.findIndex((item) => nameOf(item) === word);
  const index = byName >= 0 ? byName : /^\d+$/.test(word) ? Number(word) : -1;
  const node = list.items[index];
  return node === undefined ? undefined : { key: index, node: node as Node };
}

/** Models and plugins may be written as a bare name, or as the one key of a map. */
function nameOf(item: unknown): string | undefined {
  if (isScalar(item)) return String(item.value);
  if (!isMap(item)) return undefined;
  const name = item.get('name') ?? item.get('id') ?? item.get('model');
  if (typeof name === 'string') return name;
  const [only] = item.items;
  return item.items.length === 1 && isScalar(only?.key) ? String(only.key.value) : undefined;
}
