// The main file and its includes -> one tree with a place for every value. Nothing is resolved or validated here, but
// what cannot be read, is not YAML or stands in an include where it may not is an issue.
import { readFile, realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { type Clock, systemClock } from '../../core/index.ts';
import type { Document } from '../loaded.ts';
import { Report } from '../validate/report.ts';
import { Edits } from './edits.ts';
import { addInclude } from './merge.ts';
import { type Parsed, parse } from './parse.ts';
import { Places } from './places.ts';
import { isTree, type Tree } from './tree.ts';

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
  /** Laid over what is on disk. */
  readonly edits?: Edits | undefined;
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
  for (const { path, mark } of parsed?.marks ?? []) places.set(path, mark);
  const included = options.documents?.slice(1) ?? (await readIncludes(parsed?.value, main, options, report, watch));
  const documents = [main, ...included];
  const tree = parsed && asTree(parsed, main, report);
  let whole = tree !== undefined;
  for (const document of included) {
    watch.add(dirname(document.path));
    const include = take(parse(document), report);
    if (include === undefined) whole = false;
    else addInclude(tree ?? {}, include, document.path, report);
  }
  return { tree: whole ? tree : undefined, documents, report, watch: [...watch] };
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
  const edit = options.edits?.of(options.file);
  if (edit?.text !== undefined) return { path: options.file, text: edit.text };
  const found = edit === undefined ? await readPatiently(options.file, options.clock ?? systemClock) : gone;
  if (typeof found === 'string') return { path: options.file, text: found };
  report.error([], found.code === 'ENOENT' ? 'the file does not exist' : `the file cannot be read: ${found.message}`);
  return undefined;
}

const gone: NodeJS.ErrnoException = Object.assign(new Error('it would be deleted'), { code: 'ENOENT' });

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
    const found = await expandPattern(options.expand(pattern) ?? pattern, main.path, options.edits);
    watch.add(found.base);
    if (found.files.length === 0 && !found.dynamic) {
      report.error(['include', index], `the file ${JSON.stringify(pattern)} does not exist`);
    }
    for (const file of found.files) if (resolve(file) !== self && resolve(file) !== main.path) files.add(resolve(file));
  }
  const documents: Document[] = [];
  for (const path of files) {
    const text = options.edits?.of(path)?.text ?? (await readText(path));
    if (typeof text === 'string') documents.push({ path, text });
    else report.add({ ...nowhere(path), message: `the file cannot be read: ${text.message}` });
  }
  return documents;
}

function nowhere(file: string) {
  return { severity: 'error', file, line: 1, column: 1, path: '' } as const;
}

/** The files of one `include` entry in a stable order, and the directory its fixed part names. */
export async function expandPattern(pattern: string, mainFile: string, edits = new Edits()) {
  const cwd = dirname(mainFile);
  const dynamic = isDynamicPattern(pattern);
  const fixed = pattern.split('/');
  const star = fixed.findIndex((part) => isDynamicPattern(part));
  const base = resolve(cwd, ...(star === -1 ? fixed.slice(0, -1) : fixed.slice(0, star)));
  const absolute = pattern.startsWith('/') ? pattern : `${globLiteral(cwd)}/${pattern}`;
  const exact = dynamic ? absolute : globLiteral(resolve(cwd, pattern));
  const files = edits.lay(await glob(exact, { absolute: true, cwd }), exact);
  return { files, base: pattern.startsWith('/') ? resolve('/', base) : base, dynamic };
}

function globLiteral(path: string): string {
  return path.replace(/[()[\]{}!*?@+|\\]/g, '\\$&');
}
