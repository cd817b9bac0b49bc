// `$ref` resolved within the schema: what it points to is written in its place, as often as a budget allows. A type that
// contains itself, or one that doubles with every step, ends in a schema without members.
import type { JsonObject } from '../../../core/index.ts';
import { asObject } from '../../json.ts';

/** How often one definition may stand inside itself. */
const unrolled = 1;
/** Of the whole schema. */
const mostReferences = 1000;

export class References {
  readonly #root: JsonObject;
  readonly #open = new Map<string, number>();
  #left = mostReferences;

  constructor(root: JsonObject) {
    this.#root = root;
  }

  /** What `reference` points to, read by `read`; undefined where it points nowhere or went far enough. */
  follow<T>(reference: string, read: (target: JsonObject) => T): T | undefined {
    const depth = this.#open.get(reference) ?? 0;
    const target = this.#find(reference);
    if (target === undefined || depth > unrolled || this.#left <= 0) return undefined;
    this.#left--;
    this.#open.set(reference, depth + 1);
    const result = read(target);
    this.#open.set(reference, depth);
    return result;
  }

  has(reference: string): boolean {
    return this.#find(reference) !== undefined;
  }

  /** The type of what is referred to, for a place where nothing more is said. */
  typeOf(reference: string): unknown {
    return this.#find(reference)?.type;
  }

  /** A JSON pointer (RFC 6901) into the schema; other documents are not fetched. */
  #find(reference: string): JsonObject | undefined {
    if (reference === '#') return this.#root;
    if (!reference.startsWith('#/')) return undefined;
    let at: unknown = this.#root;
    for (const step of reference.slice(2).split('/')) {
      const name = decode(step).replaceAll('~1', '/').replaceAll('~0', '~');
      at = Array.isArray(at) ? at[Number(name)] : asObject(at)?.[name];
    }
    return asObject(at);
  }
}

function decode(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    // A percent sign that is one.
    return step;
  }
}
