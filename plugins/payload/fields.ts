// What is an object with fields.
import type { JsonObject } from 'portico';

/** In Node since 21; the compiler does not know it yet. */
const { isRawJSON } = JSON as unknown as { isRawJSON(value: unknown): boolean };

/** An integer too large for a double is an object to JavaScript, and a number all the same. */
export function isFields(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawJSON(value);
}
