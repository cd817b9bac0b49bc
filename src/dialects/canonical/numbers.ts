// JSON whose large integers survive: an id of 19 digits is a number to some models and must not come out rounded.
import type { JsonObject } from '../../core/index.ts';

/** In Node since 21; the compiler does not know it yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
const manyDigits = /\d{16}/;

/** Undefined where the text is not JSON. Integers a double cannot hold come back as raw JSON, which JSON.stringify writes as they were. */
export function parseExact(text: string): unknown {
  try {
    return manyDigits.test(text) ? JSON.parse(text, exact) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function exact(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || context?.source === undefined) return value;
  return /^-?\d+$/.test(context.source) ? rawJSON(context.source) : value;
}

/** The arguments of a tool call as an object: '' is none. Undefined where they are no object. */
export function parseArguments(text: string): JsonObject | undefined {
  if (text.trim() === '') return {};
  const value = parseExact(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}
