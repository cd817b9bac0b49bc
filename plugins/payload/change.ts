// A body with one field changed. Nothing is mutated, and what is not on the way to the field is shared: the gateway
// leaves the bytes of every member alone that is still the same.
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from 'portico';
import { isFields } from './fields.ts';
import type { Path, Step } from './path.ts';

/** In the place of a value that is not there. */
const absent = Symbol('absent');
const nothing: JsonObject = {};

interface Wish {
  /** Makes the objects on the way to a field; lists and their elements are never made. */
  readonly creates: boolean;
  /** What stands there afterwards. */
  leaf(value: unknown): unknown;
}

export function remove(body: JsonObject, path: Path): JsonObject {
  return changed(body, path, { creates: false, leaf: () => absent });
}

export function override(body: JsonObject, path: Path, wanted: unknown): JsonObject {
  return changed(body, path, {
    creates: true,
    // An equal value keeps its bytes.
    leaf: (value) => (isDeepStrictEqual(value, wanted) ? value : wanted),
  });
}

export function fillIn(body: JsonObject, path: Path, wanted: unknown): JsonObject {
  return changed(body, path, { creates: true, leaf: (value) => (value === absent ? wanted : value) });
}

function changed(body: JsonObject, path: Path, wish: Wish): JsonObject {
  return walk(body, path, wish) as JsonObject;
}

/** Hands back what it was given where nothing changes. */
function walk(value: unknown, path: Path, wish: Wish): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return wish.leaf(value);
  return 'name' in step ? inObject(value, step.name, rest, wish) : inList(value, step, rest, wish);
}

function inObject(value: unknown, name: string, rest: Path, wish: Wish): unknown {
  if (!isFields(value)) return value;
  const old = Object.hasOwn(value, name) ? value[name] : absent;
  const fresh = old === absent && rest.length > 0 ? made(rest, wish) : walk(old, rest, wish);
  if (fresh === old) return value;
  if (fresh !== absent) return { ...value, [name]: fresh };
  const { [name]: _, ...others } = value;
  return others;
}

/** What comes to stand where nothing is yet. */
function made(path: Path, wish: Wish): unknown {
  if (!wish.creates) return absent;
  const fresh = walk(nothing, path, wish);
  return fresh === nothing ? absent : fresh;
}

function inList(value: unknown, step: Exclude<Step, { name: string }>, rest: Path, wish: Wish): unknown {
  if (!Array.isArray(value)) return value;
  const only = 'index' in step ? (step.index < 0 ? value.length + step.index : step.index) : undefined;
  let same = true;
  const fresh = value.map((old: unknown, index) => {
    const item = only === undefined || only === index ? walk(old, rest, wish) : old;
    same &&= item === old;
    return item;
  });
  return same ? value : fresh.filter((item) => item !== absent);
}
