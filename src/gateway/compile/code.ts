// Loaded code of drop-in directories. The same digest is the same module; a new version that fails to load leaves the
// last good one in use, and says so.
import { loadCode } from '../../config/load-code.ts';
import type { Directory } from '../../config/loaded.ts';
import type { Degraded, Problem } from '../outbox.ts';

/** A top-level await that never returns must not stop a reload for ever. */
const loadLimitMs = 5000;

export interface Loaded {
  readonly digest: string;
  /** The default export. */
  readonly value: unknown;
}

/** Loaded modules by `plugins/name` or `providers/name`. */
export type CodeMap = ReadonlyMap<string, Loaded>;

export class CodeLoader {
  readonly #previous: CodeMap;
  readonly #loaded = new Map<string, Loaded>();
  readonly degraded: Degraded[] = [];

  constructor(previous: CodeMap) {
    this.#previous = previous;
  }

  get loaded(): CodeMap {
    return this.#loaded;
  }

  /** The directory's default export; that of its last good version; or undefined when there is none. */
  async load(kind: Degraded['kind'], directory: Directory): Promise<unknown> {
    const key = `${kind}s/${directory.name}`;
    const known = this.#loaded.get(key) ?? this.#previous.get(key);
    if (known?.digest === directory.digest) {
      this.#loaded.set(key, known);
      return known.value;
    }
    const { broken } = directory;
    if (broken !== undefined) {
      // Already found out in a thread that nobody needs: loading it here might hang this one.
      this.#report(kind, directory, broken, known !== undefined);
      if (known !== undefined) this.#loaded.set(key, known);
      return known?.value;
    }
    try {
      const value = await loadCode(directory, loadLimitMs);
      if (typeof value !== 'function') throw new TypeError(`index.ts must export default ${kind}(…)`);
      this.#loaded.set(key, { digest: directory.digest, value });
      return value;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#report(kind, directory, { where: directory.path, message }, known !== undefined);
      if (known !== undefined) this.#loaded.set(key, known);
      return known?.value;
    }
  }

  #report(kind: Degraded['kind'], { name }: Directory, problem: Problem, hasOld: boolean): void {
    this.degraded.push({ kind, name, using: hasOld ? 'last good version' : 'nothing', problem });
  }
}
