// Reading a node of this dialect member by member, so that whatever nobody asked for is kept, and writing it back.
import type { DialectName, Extra, JsonObject } from '../../core/index.ts';
import { Reader } from '../canonical/reader.ts';
import { asArray } from '../json.ts';

export const own: DialectName = 'openai-responses';

/** An object under construction. */
export type Draft = Record<string, unknown>;

export class Members extends Reader {
  /** All that was not taken. A null means the same as nothing, so it is a spelling, not a field. */
  extra(form: JsonObject = {}): Extra {
    const fields: Draft = {};
    const nulls: string[] = [];
    for (const name of this.left()) {
      const value = this.node[name];
      if (value === null) nulls.push(name);
      else fields[name] = value;
    }
    return {
      dialect: own,
      ...(Object.keys(fields).length === 0 ? {} : { fields }),
      form: nulls.length === 0 ? form : { ...form, nulls },
    };
  }

  /** The same for a node that is most often plain: undefined where there is nothing to remember. */
  plainExtra(form: JsonObject = {}): Extra | undefined {
    const extra = this.extra(form);
    const plain = extra.fields === undefined && Object.keys(extra.form ?? {}).length === 0;
    return plain ? undefined : extra;
  }
}

/** The spelling a node had in this dialect; empty for what came from another. */
export function formOf(extra: Extra | undefined): JsonObject {
  return extra?.dialect === own ? (extra.form ?? {}) : {};
}

/** Gives back what was kept of a node of this dialect; what is written already stays as it is. */
export function withExtra(draft: Draft, extra: Extra | undefined): Draft {
  if (extra?.dialect !== own) return draft;
  for (const [name, value] of Object.entries(extra.fields ?? {})) {
    if (draft[name] === undefined) draft[name] = value;
  }
  for (const name of asArray(extra.form?.nulls) ?? []) {
    if (typeof name === 'string' && draft[name] === undefined) draft[name] = null;
  }
  return draft;
}

/** Without the members that are undefined. */
export function present(draft: Draft): Draft {
  for (const name of Object.keys(draft)) {
    if (draft[name] === undefined) delete draft[name];
  }
  return draft;
}

/** For spreading into a node: nothing where there is no value. */
export function given<K extends string, V>(name: K, value: V | undefined): { readonly [key in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [key in K]?: V });
}
