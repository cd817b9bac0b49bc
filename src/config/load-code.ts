// Loads the code of a drop-in directory: the one dynamic import of Portico. The first version of a directory that can
// see the package is imported natively, which is quick; later versions, and directories elsewhere, go through jiti,
// which forgets what it loaded and so sees edits of siblings too (see docs/decisions/loading.md).
import { readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as core from '../core/index.ts';
import type { Directory } from './loaded.ts';

const codeFiles = ['index.ts', 'index.js', 'index.mjs'];
const packageRoot = fileURLToPath(new URL('../..', import.meta.url));

/** Directories that were imported natively once: node keeps such a module for good. */
const importedOnce = new Set<string>();

/** Why a directory's code could not be loaded; `where` is `file:line` as far as it is known. */
export class CodeError extends Error {
  readonly where: string;

  constructor(where: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'CodeError';
    this.where = where;
  }
}

/**
 * The default export of a directory's index file as it is on disk now, with all it imports. `portico` is this very core
 * module. Throws a CodeError; code that has not finished loading after `limitMs` counts as broken.
 */
export async function loadCode(directory: Directory, limitMs: number): Promise<unknown> {
  const names = await readdir(directory.path).catch(() => [] as string[]);
  const name = codeFiles.find((file) => names.includes(file));
  if (name === undefined) throw new CodeError(directory.path, 'there is no index.ts, index.js or index.mjs');
  const file = join(directory.path, name);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `loading did not finish within ${limitMs} ms: is there a top-level await that never ends?`;
    timer = setTimeout(() => reject(new CodeError(file, message)), limitMs);
  });
  try {
    const loaded = await Promise.race([importDefault(directory.path, file), late]);
    if (loaded === undefined) throw new CodeError(file, 'there is no default export');
    return loaded;
  } catch (error) {
    if (error instanceof CodeError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new CodeError(placeOf(error, directory.path, file), message, error);
  } finally {
    clearTimeout(timer);
  }
}

async function importDefault(directory: string, file: string): Promise<unknown> {
  const real = await realpath(directory);
  if (seesPackage(real) && !importedOnce.has(real)) {
    importedOnce.add(real);
    const module: { default?: unknown } = await import(pathToFileURL(file).href);
    return module.default;
  }
  const { createJiti } = await import('jiti');
  const jiti = createJiti(import.meta.url, {
    moduleCache: false,
    fsCache: false,
    tryNative: false,
    interopDefault: false,
    virtualModules: { portico: core },
  });
  const module = await jiti.import<{ default?: unknown }>(file);
  return module.default;
}

/** Native resolution of `portico` works inside the package; TypeScript under node_modules is not stripped by node. */
function seesPackage(real: string): boolean {
  return real.startsWith(packageRoot) && !real.slice(packageRoot.length).includes(`node_modules${sep}`);
}

/** The first place of the stack inside the directory; a syntax error names its place in its message. */
function placeOf(error: unknown, directory: string, file: string): string {
  if (!(error instanceof Error)) return file;
  const text = `${error.message}\n${error.stack ?? ''}`;
  const start = text.indexOf(directory);
  const match = start === -1 ? null : /^(.+?\.[cm]?[jt]sx?):(\d+)/.exec(text.slice(start));
  if (match !== null) return `${match[1]}:${match[2]}`;
  const position = /\((\d+):\d+\)/.exec(error.message);
  return position === null ? file : `${file}:${position[1]}`;
}
