// The repository as the structure tests see it: paths from its root, and their text.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

const foreign = ['**/node_modules/**', '.git/**', '**/.portico/**', 'dist/**', 'bench/out/**', '**/*.log'];

/** Paths from the root, sorted. What is generated or fetched is left out. */
export function list(...patterns: string[]): string[] {
  return globSync(patterns, { cwd: root, ignore: foreign, dot: true, expandDirectories: false }).sort();
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Everything a `from '…'`, `import '…'` or `import('…')` of the text names. */
export function importsOf(text: string): string[] {
  const pattern = /(?:^\s*(?:import|export)\s(?:[^;'"]*?\sfrom\s+)?|\bimport\()['"]([^'"]+)['"]/gm;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? '');
}

/** Text between the fences of a language, with the number of its first line. */
export function fencedBlocks(text: string, language: string): { line: number; text: string }[] {
  const blocks: { line: number; text: string }[] = [];
  for (const match of text.matchAll(/^```(\S*)[^\n]*\n([\s\S]*?)^```/gm)) {
    if (match[1] !== language) continue;
    blocks.push({ line: text.slice(0, match.index).split('\n').length + 1, text: match[2] ?? '' });
  }
  return blocks;
}
