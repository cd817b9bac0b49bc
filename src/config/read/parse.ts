// One YAML text -> plain values and where each of them stands. Syntax errors and repeated keys become issues.
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLError,
  type Document as YamlDocument,
} from 'yaml';
import type { Document, Issue } from '../loaded.ts';
import { type Mark, type Path, type Place, showPath } from './places.ts';

export interface Parsed {
  readonly value: unknown;
  readonly marks: readonly { readonly path: Path; readonly mark: Mark }[];
  readonly issues: readonly Issue[];
}

/** Aliases may unfold a small text into a huge tree. */
const mostUnfolded = 10_000;

export function parse(document: Document): Parsed {
  const lines = new LineCounter();
  const yaml = parseDocument(document.text, { lineCounter: lines, prettyErrors: false, strict: true });
  const reader = new Reader(document.path, yaml, lines);
  for (const error of yaml.errors) reader.syntax(error);
  if (yaml.errors.length === 0) reader.whole();
  return reader;
}

class Reader implements Parsed {
  readonly #file: string;
  readonly #yaml: YamlDocument;
  readonly #lines: LineCounter;
  readonly #open = new Set<Node>();
  #unfolded = 0;
  readonly marks: { path: Path; mark: Mark }[] = [];
  readonly issues: Issue[] = [];
  value: unknown;

  constructor(file: string, yaml: YamlDocument, lines: LineCounter) {
    this.#file = file;
    this.#yaml = yaml;
    this.#lines = lines;
  }

  whole(): void {
    const { contents } = this.#yaml;
    if (contents === null || (isScalar(contents) && contents.value === null)) {
      return this.#issue(0, [], 'the file is empty');
    }
    this.value = this.#read(contents, [], undefined);
  }

  syntax(error: YAMLError): void {
    this.#issue(error.pos[0], [], syntaxMessage(error, this.#yaml, this.#lines));
  }

  #read(node: Node | null, path: Path, key: Node | undefined): unknown {
    const value = node ?? undefined;
    const mark = {
      value: this.#place(startOf(value) ?? startOf(key) ?? 0),
      key: key && this.#place(startOf(key) ?? 0),
    };
    this.marks.push({ path, mark });
    if (this.#open.size > 0) this.#unfolded += 1;
    if (this.#unfolded > mostUnfolded) return null;
    return this.#content(value, path);
  }

  #content(node: Node | undefined, path: Path): unknown {
    if (node === undefined) return null;
    if (isScalar(node)) return node.value;
    if (isAlias(node)) return this.#alias(node, path);
    if (isSeq(node)) return node.items.map((item, index) => this.#read(item as Node, [...path, index], undefined));
    if (isMap(node)) return this.#map(node.items, path);
    return null;
  }

  #alias(node: Node & { source: string }, path: Path): unknown {
    const target = isAlias(node) ? node.resolve(this.#yaml) : undefined;
    if (target === undefined || this.#open.has(target)) {
      this.#issue(startOf(node) ?? 0, path, `"*${node.source}" refers to nothing that could be put here`);
      return null;
    }
    this.#open.add(target);
    const value = this.#content(target, path);
    this.#open.delete(target);
    if (this.#unfolded > mostUnfolded && this.issues.length === 0) {
      this.#issue(startOf(node) ?? 0, path, 'the aliases of this file unfold to too many values');
    }
    return value;
  }

  #map(pairs: readonly unknown[], path: Path): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    for (const pair of pairs) {
      if (!isPair(pair)) continue;
      const key = pair.key as Node;
      const value = pair.value as Node | null;
      if (!isScalar(key) || String(key.value) === '__proto__') {
        this.#issue(startOf(key) ?? 0, path, 'this cannot be the name of a setting');
        continue;
      }
      const name = String(key.value);
      if (name === '<<' && key.type === 'PLAIN') {
        this.#merge(map, value, path);
        continue;
      }
      map[name] = this.#read(value, [...path, name], key);
    }
    return map;
  }

  /** `<<: *anchor`: the anchor's settings, where the map has none of its own. */
  #merge(map: Record<string, unknown>, node: Node | null, path: Path): void {
    const sources = isSeq(node) ? (node.items as Node[]) : [node];
    for (const source of sources) {
      const before = this.marks.length;
      const value = this.#read(source, path, undefined);
      this.marks.splice(before, 1);
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        this.#issue(startOf(source ?? undefined) ?? 0, path, '"<<" takes a map, or a list of maps');
        continue;
      }
      for (const [name, item] of Object.entries(value)) if (!Object.hasOwn(map, name)) map[name] = item;
    }
  }

  #place(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  #issue(offset: number, path: Path, message: string): void {
    this.issues.push({ severity: 'error', ...this.#place(offset), path: showPath(path), message });
  }
}

function startOf(node: Node | undefined): number | undefined {
  return node?.range?.[0];
}

function syntaxMessage(error: YAMLError, yaml: YamlDocument, lines: LineCounter): string {
  if (error.code === 'DUPLICATE_KEY') {
    const found = repeated(yaml.contents, error.pos[0]);
    if (found === undefined) return 'this key is repeated; each may be written once';
    return `duplicate key "${found.name}"; it is already written on line ${lines.linePos(found.first).line}`;
  }
  if (error.code === 'MULTIPLE_DOCS') return 'the file holds several YAML documents; only one is allowed';
  if (error.code === 'TAB_AS_INDENT') return 'YAML does not allow tabs for indentation; use spaces';
  return `not valid YAML: ${error.message}`;
}

/** The key at this offset and the first place of the same key in its map. */
function repeated(node: unknown, offset: number): { name: string; first: number } | undefined {
  if (isSeq(node)) return firstOf(node.items, (item) => repeated(item, offset));
  if (!isMap(node)) return undefined;
  return firstOf(node.items, (pair) => {
    const key = pair.key as Node;
    if (!isScalar(key) || startOf(key) !== offset) return repeated(pair.value, offset);
    const first = node.items.find((other) => isScalar(other.key) && other.key.value === key.value)?.key as Node;
    return { name: String(key.value), first: startOf(first) ?? 0 };
  });
}

function firstOf<In, Out>(items: readonly In[], find: (item: In) => Out | undefined): Out | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
