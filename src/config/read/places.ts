// Where every value of the merged configuration was written. A path is a list of keys and indexes; what was not
// written (a default) is placed where the nearest written thing above it stands.

export type Path = readonly (string | number)[];

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A value's place, and its key's where it has one. */
export interface Mark {
  readonly value: Place;
  readonly key: Place | undefined;
}

export class Places {
  readonly main: string;
  readonly #marks = new Map<string, Mark>();

  constructor(file: string) {
    this.main = file;
  }

  set(path: Path, mark: Mark): void {
    this.#marks.set(pointerOf(path), mark);
  }

  /** Whether somebody wrote this, rather than a default. */
  written(path: Path): boolean {
    return this.#marks.has(pointerOf(path));
  }

  valueAt(path: Path): Place {
    return this.#nearest(path)?.value ?? this.#top();
  }

  keyAt(path: Path): Place {
    const mark = this.#nearest(path);
    return mark?.key ?? mark?.value ?? this.#top();
  }

  #top(): Place {
    return { file: this.main, line: 1, column: 1 };
  }

  #nearest(path: Path): Mark | undefined {
    for (let length = path.length; length >= 0; length -= 1) {
      const mark = this.#marks.get(pointerOf(path.slice(0, length)));
      if (mark !== undefined) return mark;
    }
    return undefined;
  }
}

/** JSON pointer: `/providers/0/name`. */
export function pointerOf(path: Path): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The path of a JSON pointer within `root`: digits are an index where the value they lead into is a list. */
export function pathOf(pointer: string, root: unknown): Path {
  const path: (string | number)[] = [];
  let value = root;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(value) ? Number(key) : key);
    value = member(value, key);
  }
  return path;
}

export function valueIn(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => member(value, part), root);
}

/** `providers[0].accounts[1].apiKey`; keys that are not plain words are quoted. */
export function showPath(path: Path): string {
  return path.reduce<string>((shown, part) => {
    if (typeof part === 'number') return `${shown}[${part}]`;
    if (!/^[\w$-]+$/.test(part)) return `${shown}[${JSON.stringify(part)}]`;
    return shown === '' ? part : `${shown}.${part}`;
  }, '');
}

function member(value: unknown, key: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string | number, unknown>)[key];
}

/** Visits every string of a tree. */
export function eachString(value: unknown, visit: (text: string, path: Path) => void, path: Path = []): void {
  if (typeof value === 'string') return visit(value, path);
  if (typeof value !== 'object' || value === null) return;
  const isList = Array.isArray(value);
  for (const [name, item] of Object.entries(value)) eachString(item, visit, [...path, isList ? Number(name) : name]);
}
