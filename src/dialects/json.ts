// Reading JSON of unknown origin without ever throwing: what is not there, or is something else, is undefined.

export type JsonObject = { readonly [key: string]: unknown };

export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

export function asArray(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

export function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A count: a finite number, not negative. */
export function asCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** What a table says of a word of unknown origin. `constructor` stands in none. */
export function entryOf<T>(table: Readonly<Record<string, T>>, word: unknown): T | undefined {
  return typeof word === 'string' && Object.hasOwn(table, word) ? table[word] : undefined;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The message of an error in whatever shape it comes: `{error: {message}}`, `{error: 'text'}`, `{message}`, `{detail}`,
 * or an array with one of them. Undefined where nothing looks like an error.
 */
export function errorMessage(value: unknown): string | undefined {
  const body = asObject(asArray(value)?.[0] ?? value);
  if (body === undefined) return undefined;
  const inner = asObject(body.error);
  const found = inner === undefined ? body.error : (inner.message ?? inner.code ?? inner.type ?? JSON.stringify(inner));
  return asString(found ?? body.message ?? body.detail);
}
