// `allOf` as one schema: all of them hold at once.
import type { JsonObject } from '../../../core/index.ts';
import { asArray, asObject } from '../../json.ts';

export function mergeAll(schemas: readonly JsonObject[]): JsonObject {
  return schemas.reduce(merge, {});
}

/** Where both say something that cannot be joined, the first is kept. */
function merge(a: JsonObject, b: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...b, ...a };
  const [properties, others] = [asObject(a.properties), asObject(b.properties)];
  if (properties !== undefined && others !== undefined) merged.properties = bothProperties(properties, others);
  const [required, more] = [asArray(a.required), asArray(b.required)];
  if (required !== undefined && more !== undefined) merged.required = [...new Set([...required, ...more])];
  const [values, allowed] = [asArray(a.enum), asArray(b.enum)];
  if (values !== undefined && allowed !== undefined) {
    const common = values.filter((value) => allowed.includes(value));
    merged.enum = common.length === 0 ? values : common;
  }
  const texts = [a.description, b.description].filter((text) => typeof text === 'string' && text !== '');
  if (texts.length === 2 && texts[0] !== texts[1]) merged.description = texts.join('\n');
  if (typeof a.minimum === 'number' && typeof b.minimum === 'number') merged.minimum = Math.max(a.minimum, b.minimum);
  if (typeof a.maximum === 'number' && typeof b.maximum === 'number') merged.maximum = Math.min(a.maximum, b.maximum);
  return merged;
}

function bothProperties(a: JsonObject, b: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...a };
  for (const [name, schema] of Object.entries(b)) {
    const [before, after] = [asObject(Object.hasOwn(a, name) ? a[name] : undefined), asObject(schema)];
    if (before === undefined) merged[name] = schema;
    else if (after !== undefined) merged[name] = merge(before, after);
  }
  return merged;
}
