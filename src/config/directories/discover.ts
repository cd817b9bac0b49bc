// Finds plugin and provider directories and says what exactly is in them.
import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Directory, Issue } from '../loaded.ts';
import { type Definition, inspect } from './inspect.ts';

export type Kind = 'plugins' | 'providers';

export interface Discovered {
  /** The first of each name, in the order of the roots. */
  readonly directories: readonly Directory[];
  /** What is wrong in them, with file and line. */
  readonly problems: readonly Issue[];
  readonly definitions: ReadonlyMap<string, Definition>;
  /** Every directory whose changes matter, those inside included. */
  readonly watch: readonly string[];
}

const codeFiles = ['index.ts', 'index.js', 'index.mjs'];

/** Looks in `<root>/plugins` or `<root>/providers` of each root. */
export async function discover(kind: Kind, roots: readonly string[]): Promise<Discovered> {
  const definitions = new Map<string, Definition>();
  const watch = new Set<string>();
  const seen = new Set<string>();
  for (const root of roots) {
    const home = join(root, kind);
    const real = await realpath(home).catch(() => undefined);
    watch.add(real === undefined ? root : home);
    if (real === undefined || seen.has(real)) continue;
    seen.add(real);
    for (const name of await directoriesIn(home)) {
      if (definitions.has(name)) continue;
      const directory = await measure(name, join(home, name), watch);
      if (directory !== undefined) definitions.set(name, await inspect(kind, directory));
    }
  }
  const found = [...definitions.values()];
  return {
    directories: found.map((definition) => definition.directory),
    problems: found.flatMap((definition) => definition.problems),
    definitions,
    watch: [...watch],
  };
}

async function directoriesIn(home: string): Promise<string[]> {
  const entries = await readdir(home, { withFileTypes: true }).catch(() => [] as Dirent[]);
  const names: string[] = [];
  for (const entry of entries) {
    if (ignored(entry.name)) continue;
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await isDirectory(join(home, entry.name)))))
      names.push(entry.name);
  }
  return names.sort();
}

function ignored(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}

async function isDirectory(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}

/** Undefined when the directory went away while it was read. */
async function measure(name: string, path: string, watch: Set<string>): Promise<Directory | undefined> {
  const hash = createHash('sha256');
  try {
    await hashInto(hash, path, '', watch, new Set());
    const names = await readdir(path);
    return { name, path, digest: hash.digest('hex'), code: codeFiles.some((file) => names.includes(file)) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Relative names and bytes of all files, in a stable order. */
async function hashInto(
  hash: ReturnType<typeof createHash>,
  path: string,
  relative: string,
  watch: Set<string>,
  open: ReadonlySet<string>,
): Promise<void> {
  const real = await realpath(path);
  if (open.has(real)) return;
  watch.add(path);
  for (const name of (await readdir(path)).sort()) {
    if (ignored(name)) continue;
    const file = join(path, name);
    const inside = relative === '' ? name : `${relative}/${name}`;
    const found = await stat(file);
    if (found.isDirectory()) {
      await hashInto(hash, file, inside, watch, new Set([...open, real]));
    } else if (found.isFile()) {
      const bytes = await readFile(file);
      hash.update(`${inside}\0${bytes.length}\0`).update(bytes);
    }
  }
}
