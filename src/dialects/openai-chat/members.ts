// Takes a node of the wire apart and puts it together again. What has a canonical word is taken; the rest is kept for the
// way back: members with a value as `fields`, and those that say nothing (null, '', []) as form, so that they are no drop.
import type { Extra } from '../../core/index.ts';
import { Reader } from '../canonical/reader.ts';
import { asArray, asObject, type JsonObject } from '../json.ts';

export const own = 'openai-chat';

export class Members extends Reader {
  readonly #inner = new Map<string, Members>();
  /** Spellings to return to. */
  readonly form: Record<string, unknown> = {};

  /** A text that is not empty. */
  override string(name: string): string | undefined {
    return this.node[name] === '' ? undefined : super.string(name);
  }

  /** A list that is not empty. */
  override list(name: string): readonly unknown[] | undefined {
    return asArray(this.node[name])?.length === 0 ? undefined : super.list(name);
  }

  /** An object whose members are told apart as well. */
  inside(name: string): Members | undefined {
    const value = this.object(name);
    if (value === undefined) return undefined;
    const inner = new Members(value);
    this.#inner.set(name, inner);
    return inner;
  }

  extra(): Extra {
    const { fields, form } = this.#rest();
    return { dialect: own, ...(fields === undefined ? {} : { fields }), ...(form === undefined ? {} : { form }) };
  }

  /** Undefined where nothing is left. */
  extraIfAny(): Extra | undefined {
    const extra = this.extra();
    return extra.fields === undefined && extra.form === undefined ? undefined : extra;
  }

  #rest(): { fields: JsonObject | undefined; form: JsonObject | undefined } {
    const fields: Record<string, unknown> = {};
    const blanks: Record<string, unknown> = {};
    const inner: Record<string, unknown> = {};
    for (const name of this.left()) {
      const value = this.node[name];
      if (saysNothing(value)) blanks[name] = value;
      else fields[name] = value;
    }
    for (const [name, members] of this.#inner) {
      const rest = members.#rest();
      if (rest.fields !== undefined) fields[name] = rest.fields;
      if (rest.form !== undefined) inner[name] = rest.form;
    }
    const form = { ...this.form, ...named('blanks', blanks), ...named('inner', inner) };
    return { fields: filled(fields), form: filled(form) };
  }
}

function saysNothing(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function named(name: string, value: JsonObject): JsonObject {
  return filled(value) === undefined ? {} : { [name]: value };
}

function filled(value: JsonObject): JsonObject | undefined {
  for (const _ in value) return value;
  return undefined;
}

/** The spellings of a node of this dialect. */
export function formOf(extra: Extra | undefined): JsonObject {
  return (extra?.dialect === own ? extra.form : undefined) ?? {};
}

/** What was kept of a node of this dialect goes back beside what has been written. */
export function complete(out: Record<string, unknown>, extra: Extra | undefined): Record<string, unknown> {
  if (extra?.dialect === own) fill(out, extra.fields, extra.form);
  return out;
}

function fill(out: Record<string, unknown>, fields: JsonObject | undefined, form: JsonObject | undefined): void {
  for (const name in fields) {
    const there = out[name];
    if (there === undefined) out[name] = fields[name];
    else if (asObject(there) && asObject(fields[name]))
      out[name] = { ...(fields[name] as JsonObject), ...(there as JsonObject) };
  }
  const blanks = asObject(form?.blanks);
  for (const name in blanks) if (out[name] === undefined) out[name] = blanks[name];
  const inner = asObject(form?.inner);
  for (const name in inner) {
    const there = asObject(out[name]);
    if (there !== undefined) fill(there as Record<string, unknown>, undefined, asObject(inner[name]));
  }
}
