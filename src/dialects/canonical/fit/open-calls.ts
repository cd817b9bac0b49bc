// The calls of a history that have no result yet, found by id or by name in the same time however many there are.
import type { ToolCallPart } from '../../../core/index.ts';

interface Open {
  /** The id its client knows it by; some vendors give every turn's first call the same. */
  readonly known: string;
  readonly turn: number;
  readonly call: ToolCallPart;
}

export class OpenCalls {
  readonly #byId = new Map<string, Set<Open>>();
  readonly #byName = new Map<string, Set<Open>>();
  readonly #all = new Set<Open>();

  add(open: Open): void {
    listed(this.#byId, open.known).add(open);
    listed(this.#byName, open.call.name).add(open);
    this.#all.add(open);
  }

  /** Those of other turns under this id. */
  forget(known: string, turn: number): void {
    for (const open of this.#byId.get(known) ?? []) if (open.turn !== turn) this.#remove(open);
  }

  /** The first under this id. */
  take(known: string): ToolCallPart | undefined {
    return this.#first(this.#byId.get(known));
  }

  /** The first of this name; without one, the first of all. */
  takeNamed(name: string | undefined): ToolCallPart | undefined {
    return this.#first(name === undefined ? this.#all : this.#byName.get(name));
  }

  #first(calls: ReadonlySet<Open> | undefined): ToolCallPart | undefined {
    const [first] = calls ?? [];
    if (first !== undefined) this.#remove(first);
    return first?.call;
  }

  #remove(open: Open): void {
    this.#byId.get(open.known)?.delete(open);
    this.#byName.get(open.call.name)?.delete(open);
    this.#all.delete(open);
  }
}

function listed(lists: Map<string, Set<Open>>, name: string): Set<Open> {
  let list = lists.get(name);
  if (list === undefined) {
    list = new Set();
    lists.set(name, list);
  }
  return list;
}
