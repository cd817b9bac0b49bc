// The last good list of models of each upstream that is asked for one, in the state directory: a restart needs no vendor.
import { join } from 'node:path';
import { readOptional, writePrivate } from '../state/files.ts';

export interface KeptList {
  /** Epoch milliseconds. */
  readonly time: number;
  /** In order, each once. */
  readonly ids: readonly string[];
}

export class KeptLists {
  readonly #file: string;
  #lists: ReadonlyMap<string, KeptList> = new Map();
  #writing: Promise<void> = Promise.resolve();

  constructor(directory: string) {
    this.#file = join(directory, 'models.json');
  }

  /** What cannot be read is as good as absent: it is asked for anew. */
  async open(): Promise<void> {
    const text = await readOptional(this.#file);
    this.#lists = text === undefined ? new Map() : parse(text);
  }

  get lists(): ReadonlyMap<string, KeptList> {
    return this.#lists;
  }

  /** Throws when it cannot be written; it is known all the same. */
  keep(key: string, list: KeptList): Promise<void> {
    this.#lists = new Map([...this.#lists, [key, list]]);
    return this.#write();
  }

  /** Forgets those nobody asks for any more. */
  async forgetOthers(keys: readonly string[]): Promise<void> {
    const left = [...this.#lists].filter(([key]) => keys.includes(key));
    if (left.length === this.#lists.size) return;
    this.#lists = new Map(left);
    await this.#write();
  }

  #write(): Promise<void> {
    const text = () => `${JSON.stringify(Object.fromEntries(this.#lists), null, 1)}\n`;
    const written = this.#writing.then(() => writePrivate(this.#file, text()));
    this.#writing = written.catch(() => undefined);
    return written;
  }
}

function parse(text: string): Map<string, KeptList> {
  try {
    const entries = Object.entries(Object(JSON.parse(text)) as Record<string, unknown>);
    return new Map(entries.filter((entry): entry is [string, KeptList] => isList(entry[1])));
  } catch {
    // Not written by us, or torn by hand.
    return new Map();
  }
}

function isList(value: unknown): value is KeptList {
  const { time, ids } = Object(value) as { time?: unknown; ids?: unknown };
  return typeof time === 'number' && Array.isArray(ids) && ids.every((id) => typeof id === 'string');
}
