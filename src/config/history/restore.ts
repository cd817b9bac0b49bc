// Writes the files of an earlier revision back, each whole or not at all. What they replace is kept unless it is in the
// history anyway, and so is an included file that the revision did not have: it would still be read.
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import type { Document } from '../loaded.ts';
import { parse } from '../read/parse.ts';
import { expandPattern } from '../read/read.ts';
import { isTree } from '../read/tree.ts';
import { writeFileWhole } from './write-file.ts';

export interface Restored {
  /** Files whose content changed. */
  readonly written: readonly string[];
  /** Where the content they had is kept. */
  readonly kept: readonly string[];
  /** Included files that were moved out of the way. */
  readonly moved: readonly string[];
}

export async function restore(
  documents: readonly Document[],
  mainFile: string,
  rejectedDirectory: string,
  inHistory: (document: Document) => boolean = () => false,
): Promise<Restored> {
  const main = documents[0];
  if (main === undefined) return { written: [], kept: [], moved: [] };
  const home = dirname(main.path);
  const files = documents.map(({ path, text }) => ({ path: resolve(dirname(mainFile), relative(home, path)), text }));
  const mainDocument = { path: mainFile, text: main.text };
  const kept: string[] = [];
  const moved = await moveStrangers(mainDocument, files, rejectedDirectory);
  const written: string[] = [];
  // The main file last: until then the old one still says what is included.
  for (const document of [...files.slice(1), mainDocument]) {
    const before = await readFile(document.path, 'utf8').catch(() => undefined);
    if (before === document.text) continue;
    const replaced = before === undefined ? undefined : { path: document.path, text: before };
    if (replaced !== undefined && !inHistory(replaced)) kept.push(await keep(replaced, rejectedDirectory));
    await put(document);
    written.push(document.path);
  }
  return { written, kept, moved };
}

async function keep(document: Document, directory: string): Promise<string> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, keptName(document));
  await writeFileWhole(path, document.text, 0o600);
  return path;
}

/** `gateway.1f2e3d4c5b6a.yaml`: the same content is kept once. */
function keptName({ path, text }: Document): string {
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const extension = extname(path);
  return `${basename(path, extension)}.${digest}${extension}`;
}

/** Through a symbolic link, with the permissions the file has. */
async function put({ path, text }: Document): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const mode = await stat(target).then(
    (found) => found.mode & 0o777,
    () => 0o644,
  );
  await mkdir(dirname(target), { recursive: true });
  await writeFileWhole(target, text, mode);
}

async function moveStrangers(main: Document, files: readonly Document[], directory: string): Promise<string[]> {
  const { value } = parse(main);
  const patterns = isTree(value) && Array.isArray(value.include) ? value.include : [];
  const known = new Set([main.path, ...files.map((file) => file.path)]);
  const moved: string[] = [];
  for (const pattern of patterns) {
    if (typeof pattern !== 'string' || pattern.includes('${')) continue;
    const found = await expandPattern(pattern, main.path);
    for (const path of found.files.map((file) => resolve(file))) {
      if (known.has(path) || moved.includes(path)) continue;
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const text = await readFile(path, 'utf8');
      await copyFile(path, join(directory, keptName({ path, text })));
      await rm(path);
      moved.push(path);
    }
  }
  return moved;
}
