// Files as they would be after an edit that nobody has made yet, laid over those on disk.
import { matchesGlob } from 'node:path';

export interface Edit {
  /** Absolute. */
  readonly path: string;
  /** Undefined: the file would be gone. */
  readonly text: string | undefined;
}

export class Edits {
  readonly #texts: ReadonlyMap<string, string | undefined>;

  constructor(edits: readonly Edit[] = []) {
    this.#texts = new Map(edits.map(({ path, text }) => [path, text]));
  }

  /** The edit of this file, if there is one. */
  of(path: string): Edit | undefined {
    return this.#texts.has(path) ? { path, text: this.#texts.get(path) } : undefined;
  }

  /** The files of an absolute pattern, with those that would come and without those that would go. */
  lay(files: readonly string[], pattern: string): string[] {
    const edited = [...this.#texts.keys()].filter((path) => matchesGlob(path, pattern));
    const all = [...new Set([...files, ...edited])].sort();
    return all.filter((path) => !this.#texts.has(path) || this.#texts.get(path) !== undefined);
  }
}
