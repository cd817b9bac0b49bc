// Reads an object of the wire member by member and knows in the end which of them nobody took. What becomes of those is
// each dialect's own: they differ in what says nothing there.
import { asArray, asObject, type JsonObject } from '../json.ts';

export class Reader {
  readonly node: JsonObject;
  readonly #taken = new Set<string>();

  constructor(node: JsonObject) {
    this.node = node;
  }

  /** Whatever it is. */
  take(name: string): unknown {
    this.#taken.add(name);
    return this.node[name];
  }

  string(name: string): string | undefined {
    const value = this.node[name];
    return typeof value === 'string' ? (this.take(name) as string) : undefined;
  }

  number(name: string): number | undefined {
    const value = this.node[name];
    return typeof value === 'number' ? (this.take(name) as number) : undefined;
  }

  boolean(name: string): boolean | undefined {
    const value = this.node[name];
    return typeof value === 'boolean' ? (this.take(name) as boolean) : undefined;
  }

  object(name: string): JsonObject | undefined {
    const value = asObject(this.node[name]);
    if (value !== undefined) this.#taken.add(name);
    return value;
  }

  list(name: string): readonly unknown[] | undefined {
    const value = asArray(this.node[name]);
    if (value !== undefined) this.#taken.add(name);
    return value;
  }

  /** Names of the members that nobody took. `__proto__` is none: kept under that name it would become something else. */
  protected left(): string[] {
    return Object.keys(this.node).filter((name) => !this.#taken.has(name) && name !== '__proto__');
  }
}
