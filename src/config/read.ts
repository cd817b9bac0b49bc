// The main file and its includes -> one tree with a place for every value. Nothing is resolved or validated here, but
// what cannot be read, is not YAML or stands in an include where it may not is an issue.
import { readFile, realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { type Clock, systemClock } from '../core/index.ts';
import type { Document } from './loaded.ts';
import { type Parsed, parse } from './parse.ts';
import { Places } from './places.ts';
import { Report } from './report.ts';

/** The lists an include may add to. */
export const includable = ['listeners', 'routes', 'providers', 'models', 'keys', 'egress'] as const;

export type Tree = Record<string, unknown>;

export interface Read {
  /** Undefined when any file is not readable YAML. */
  readonly tree: Tree | undefined;
  readonly documents: readonly Document[];
  readonly report: Report;
  /** Directories of all files and globs. */
  readonly watch: readonly string[];
}

export interface ReadOptions {
  readonly file: string;
  readonly documents?: readonly Document[] | undefined;
  /** Text with its references resolved, or undefined when one is missing. */
  readonly expand: (text: string) => string | undefined;
  readonly clock?: Clock | undefined;
}

export async function read(options: ReadOptions): Promise<Read> {
  const places = new Places(options.file);
  const report = new Report(places);
  const watch = new Set([dirname(options.file)]);
  const main = options.documents?.[0] ?? (await readMain(options, report));
  if (main === undefined) return { tree: undefined, documents: [], report, watch: [...watch] };
  watch.add(dirname(await realpath(main.path).catch(() => main.path)));
  const parsed = take(parse(main), report);
  const included = options.documents?.slice(1) ?? (await readIncludes(parsed?.value, main, options, report, watch));
  const others = included.map((document) => ({ document, parsed: take(parse(document), report) }));
  for (const { document } of others) watch.add(dirname(document.path));
  const documents = [main, ...included];
  const tree = parsed && asTree(parsed, main, report);
  if (parsed === undefined || tree === undefined || report.failed)
    return { tree: undefined, documents, report, watch: [...watch] };
  for (const { path, mark } of parsed.marks) places.set(path, mark);
  for (const other of others) if (other.parsed) merge(tree, other.parsed, other.document, report);
  return { tree, documents, report, watch: [...watch] };
}

function take(parsed: Parsed, report: Report): Parsed | undefined {
  for (const issue of parsed.issues) report.add(issue);
  return parsed.issues.length === 0 ? parsed : undefined;
}

function asTree(parsed: Parsed, document: Document, report: Report): Tree | undefined {
  if (isTree(parsed.value)) return parsed.value;
  const message = 'the file must hold settings (`name: value`), not a list or a single value';
  report.add({ severity: 'error', file: document.path, line: 1, column: 1, path: '', message });
  return undefined;
}

async function readMain(options: ReadOptions, report: Report): Promise<Document | undefined> {
  const found = await readPatiently(options.file, options.clock ?? systemClock);
  if (typeof found === 'string') return { path: options.file, text: found };
  report.error([], found.code === 'ENOENT' ? 'the file does not exist' : `the file cannot be read: ${found.message}`);
  return undefined;
}

/** Editors and deployments take a file away for a moment; one that is missing is believed gone after a second. */
async function readPatiently(file: string, clock: Clock): Promise<string | NodeJS.ErrnoException> {
  const started = clock.ticks();
  for (;;) {
    const found = await readText(file);
    if (typeof found === 'string' || found.code !== 'ENOENT' || clock.ticks() - started >= 1000) return found;
    await new Promise<void>((done) => clock.after(50, done));
  }
}

async function readText(file: string): Promise<string | NodeJS.ErrnoException> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    return error instanceof TypeError ? new Error('it is not valid UTF-8') : (error as NodeJS.ErrnoException);
  }
}

async function readIncludes(
  value: unknown,
  main: Document,
  options: ReadOptions,
  report: Report,
  watch: Set<string>,
): Promise<Document[]> {
  const patterns = isTree(value) && Array.isArray(value.include) ? value.include : [];
  const self = await realpath(main.path).catch(() => main.path);
  const files = new Set<string>();
  for (const [index, pattern] of patterns.entries()) {
    if (typeof pattern !== 'string') continue;
    const found = await expandPattern(options.expand(pattern) ?? pattern, main.path);
    watch.add(found.base);
    if (found.files.length === 0 && !found.dynamic) {
      report.error(['include', index], `the file ${JSON.stringify(pattern)} does not exist`);
    }
    for (const file of found.files) if (resolve(file) !== self && resolve(file) !== main.path) files.add(resolve(file));
  }
  const documents: Document[] = [];
  for (const path of files) {
    const text = await readText(path);
    if (typeof text === 'string') documents.push({ path, text });
    else report.add({ ...nowhere(path), message: `the file cannot be read: ${text.message}` });
  }
  return documents;
}

function nowhere(file: string) {
  return { severity: 'error', file, line: 1, column: 1, path: '' } as const;
}

/** The files of one `include` entry in a stable order, and the directory its fixed part names. */
export async function expandPattern(pattern: string, mainFile: string) {
  const cwd = dirname(mainFile);
  const dynamic = isDynamicPattern(pattern);
  const fixed = pattern.split('/');
  const star = fixed.findIndex((part) => isDynamicPattern(part));
  const base = resolve(cwd, ...(star === -1 ? fixed.slice(0, -1) : fixed.slice(0, star)));
  const absolute = pattern.startsWith('/') ? pattern : `${globLiteral(cwd)}/${pattern}`;
  const files = await glob(dynamic ? absolute : globLiteral(resolve(cwd, pattern)), { absolute: true, cwd });
  return { files: files.sort(), base: pattern.startsWith('/') ? resolve('/', base) : base, dynamic };
}

function globLiteral(path: string): string {
  return path.replace(/[()[\]{}!*?@+|\\]/g, '\\$&');
}

function merge(tree: Tree, parsed: Parsed, document: Document, report: Report): void {
  const { value } = parsed;
  const place = (path: readonly (string | number)[]) => {
    const mark = parsed.marks.find((one) => one.path.length === path.length && one.path.every((p, i) => p === path[i]));
    return mark?.mark.key ?? mark?.mark.value ?? { file: document.path, line: 1, column: 1 };
  };
  if (!isTree(value)) {
    return report.add({
      ...nowhere(document.path),
      message: `an included file may only hold ${includable.join(', ')}`,
    });
  }
  const shifts = new Map<string, number>();
  for (const [name, list] of Object.entries(value)) {
    const known = includable.some((one) => one === name);
    const message = known
      ? `${name} must be a list`
      : `"${name}" may not stand in an included file, only ${includable.join(', ')}`;
    if (!known || !Array.isArray(list)) {
      report.add({ severity: 'error', ...place([name]), path: name, message });
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
    if (shift !== undefined && typeof index === 'number')
      report.places.set([String(name), index + shift, ...rest], mark);
  }
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
