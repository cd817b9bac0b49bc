// JSON whose large integers survive: an id of 19 digits is a number to some models and must not come out rounded.
import type { JsonObject } from '../../core/index.ts';

/** In Node since 21; the compiler does not know it yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
const manyDigits = /\d{16}/;
/** Not within text, or not as far as can be told at a glance. */
const longNumber = /(?:^|[:,[])\s*-?\d{16}/;

/** Levels of nesting; JSON.stringify gives up at some thousands, and no tool's arguments come near. */
const deepest = 2000;

/**
 * Undefined where the text is not JSON, or nests so deeply that it could not be written again. Integers a double cannot
 * hold come back as raw JSON, which JSON.stringify writes as they were.
 */
export function parseExact(text: string): unknown {
  try {
    const value = manyDigits.test(text) && longNumber.test(text) ? JSON.parse(text, exact) : JSON.parse(text);
    return mayBeDeep(text) && !isWithin(value, deepest) ? undefined : value;
  } catch {
    return undefined;
  }
}

/** Most texts open fewer brackets than that altogether. */
function mayBeDeep(text: string): boolean {
  if (text.length < 2 * deepest) return false;
  let opened = 0;
  for (const bracket of '{[') {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      opened++;
      if (opened > deepest) return true;
    }
  }
  return false;
}

function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  for (const key in value) if (!isWithin((value as JsonObject)[key], levels - 1)) return false;
  return true;
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
