// Reading an object of this API. Its requests are protocol buffers as JSON, which may be spelled either way (`inlineData`,
// `inline_data`; https://protobuf.dev/programming-guides/json/): both are read, and which it was is remembered, as are
// members that were null and members nobody asked for.
import type { Extra, JsonObject } from '../../../core/index.ts';
import { asArray, asObject } from '../../json.ts';

const snakes = new Map<string, string>();

export function snake(name: string): string {
  let found = snakes.get(name);
  if (found === undefined) {
    found = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    snakes.set(name, found);
  }
  return found;
}

export class Members {
  readonly #raw: JsonObject;
  readonly #taken = new Set<string>();
  readonly #snake: string[] = [];
  readonly #nulls: string[] = [];

  constructor(raw: JsonObject) {
    this.#raw = raw;
  }

  /** Reads a member if `read` makes something of it; what it makes nothing of stays for `rest`. */
  take<T>(name: string, read: (value: unknown) => T | undefined): T | undefined {
    const spelled = name in this.#raw ? name : snake(name);
    const value = this.#raw[spelled];
    if (value === undefined || this.#taken.has(spelled)) return undefined;
    const result = value === null ? undefined : read(value);
    if (value !== null && result === undefined) return undefined;
    this.#taken.add(spelled);
    if (spelled !== name) this.#snake.push(name);
    if (value === null) this.#nulls.push(name);
    return result;
  }

  has(name: string): boolean {
    return (this.#raw[name] ?? this.#raw[snake(name)] ?? null) !== null;
  }

  text(name: string): string | undefined {
    return this.take(name, (value) => (typeof value === 'string' ? value : undefined));
  }

  number(name: string): number | undefined {
    return this.take(name, (value) => (typeof value === 'number' ? value : undefined));
  }

  flag(name: string): boolean | undefined {
    return this.take(name, (value) => (typeof value === 'boolean' ? value : undefined));
  }

  object(name: string): JsonObject | undefined {
    return this.take(name, asObject);
  }

  list(name: string): readonly unknown[] | undefined {
    return this.take(name, asArray);
  }

  /** What was not taken, under the names it came with. */
  rest(): Record<string, unknown> | undefined {
    let rest: Record<string, unknown> | undefined;
    for (const [name, value] of Object.entries(this.#raw)) {
      if (this.#taken.has(name)) continue;
      rest ??= {};
      rest[name] = value;
    }
    return rest;
  }

  /** How it was spelled; undefined where as this API spells it itself. */
  spelling(): JsonObject | undefined {
    if (this.#snake.length === 0 && this.#nulls.length === 0) return undefined;
    return {
      ...(this.#snake.length === 0 ? {} : { snake: this.#snake }),
      ...(this.#nulls.length === 0 ? {} : { nulls: this.#nulls }),
    };
  }

  /** What a node keeps besides its canonical words; `form` is added to the spelling. */
  extra(form?: JsonObject, inside?: Inside): { readonly extra?: Extra } {
    const rest = this.rest();
    const fields = rest === undefined ? inside?.fields : { ...rest, ...inside?.fields };
    return extraOf(fields, { ...this.spelling(), ...inside?.form, ...form });
  }

  /** The same of an object that stands in another as `name`: its unknown members are `name.member` there. */
  inside(name: string): Inside {
    const rest = Object.entries(this.rest() ?? {});
    const spelling = this.spelling();
    return {
      fields: rest.length === 0 ? undefined : Object.fromEntries(rest.map(([key, value]) => [`${name}.${key}`, value])),
      form: spelling === undefined ? {} : { [name]: spelling },
    };
  }
}

export interface Inside {
  readonly fields: JsonObject | undefined;
  readonly form: JsonObject;
}

export function extraOf(fields: JsonObject | undefined, form: JsonObject | undefined): { readonly extra?: Extra } {
  const kept = form === undefined || Object.keys(form).length === 0 ? undefined : form;
  if (fields === undefined && kept === undefined) return {};
  return {
    extra: {
      dialect: 'gemini',
      ...(fields === undefined ? {} : { fields }),
      ...(kept === undefined ? {} : { form: kept }),
    },
  };
}
