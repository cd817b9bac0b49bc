// Takes a node of this dialect apart and puts it together again. What has a canonical word is taken; the rest is kept for
// the way back: members with a value as `fields`, those that say nothing (null, '', []) as a spelling, which is no drop.
import type { Extra, JsonObject } from '../../core/index.ts';
import { given } from '../canonical/given.ts';
import { Reader } from '../canonical/reader.ts';
import { asArray, asObject } from '../json.ts';

export const own = 'anthropic-messages';

/** An object under construction. */
export type Draft = Record<string, unknown>;

interface Rest {
  readonly fields?: Draft;
  readonly silent?: Draft;
}

export class Members extends Reader {
  readonly #silent = new Set<string>();
  #inner: Map<string, Members> | undefined;

  /** A string that is one of these. */
  word<T extends string>(name: string, words: readonly T[]): T | undefined {
    const value = this.node[name] as T;
    return words.includes(value) ? (this.take(name) as T) : undefined;
  }

  /** A list that holds something. */
  override list(name: string): readonly unknown[] | undefined {
    return asArray(this.node[name])?.length === 0 ? undefined : super.list(name);
  }

  /** An object of which only a part may have a word. */
  inner(name: string): Members | undefined {
    const value = asObject(this.node[name]);
    if (value === undefined) return undefined;
    this.#inner ??= new Map();
    const found = this.#inner.get(name) ?? new Members(value);
    this.#inner.set(name, found);
    return found;
  }

  /** Means nothing, but returns. */
  silence(name: string): void {
    if (this.node[name] !== undefined) this.#silent.add(name);
  }

  /** What was not taken; undefined where there is nothing to remember. */
  extra(form?: JsonObject): Extra | undefined {
    const { fields, silent } = this.rest();
    if (fields === undefined && silent === undefined && form === undefined) return undefined;
    const spelled = silent === undefined ? form : { ...form, silent };
    return { dialect: own, ...given({ fields, form: spelled }) };
  }

  rest(): Rest {
    let fields: Draft | undefined;
    let silent: Draft | undefined;
    for (const name of this.left()) {
      const value = this.node[name];
      const inner = this.#inner?.get(name)?.rest();
      const kept = inner === undefined ? value : inner.fields;
      const quiet = inner === undefined ? undefined : (inner.silent ?? (isNothing(value) ? {} : undefined));
      if (quiet !== undefined) silent = { ...silent, [name]: quiet };
      else if (this.#silent.has(name) || isNothing(kept)) silent = { ...silent, [name]: kept };
      if (kept !== undefined && !isNothing(kept) && !this.#silent.has(name)) fields = { ...fields, [name]: kept };
    }
    return given({ fields, silent });
  }
}

function isNothing(value: unknown): boolean {
  if (value === null || value === '') return true;
  return Array.isArray(value) ? value.length === 0 : typeof value === 'object' && Object.keys(value).length === 0;
}

/** The spelling a node had in this dialect; empty for what came from another. */
export function formOf(extra: Extra | undefined): JsonObject {
  return extra?.dialect === own ? (extra.form ?? {}) : {};
}

export function fieldsOf(extra: Extra | undefined): JsonObject {
  return extra?.dialect === own ? (extra.fields ?? {}) : {};
}

/** Gives back what was kept of a node of this dialect. What is written already stays as it is. */
export function written(draft: Draft, extra?: Extra): Draft {
  for (const name of Object.keys(draft)) if (draft[name] === undefined) delete draft[name];
  if (extra?.dialect !== own) return draft;
  if (extra.fields !== undefined) fill(draft, extra.fields);
  const silent = asObject(extra.form?.silent);
  if (silent !== undefined) fill(draft, silent);
  return draft;
}

function fill(draft: Draft, kept: JsonObject): void {
  for (const [name, value] of Object.entries(kept)) {
    const [before, more] = [asObject(draft[name]), asObject(value)];
    if (draft[name] === undefined) draft[name] = value;
    else if (before !== undefined && more !== undefined) draft[name] = { ...more, ...before };
  }
}
