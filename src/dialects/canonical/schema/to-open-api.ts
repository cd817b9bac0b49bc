// The last step to Gemini's OpenAPI subset: one type in capitals, `nullable` instead of a type `null`, no gaps.
import type { JsonObject } from '../../../core/index.ts';
import { asArray, asObject } from '../../json.ts';

/** Formats it takes; any other is a 400 ("only 'enum' and 'date-time' are supported for STRING type"). */
const formats: Readonly<Record<string, readonly string[]>> = {
  STRING: ['enum', 'date-time'],
  NUMBER: ['float', 'double'],
  INTEGER: ['int32', 'int64'],
};

/** `schema` has members of the subset only, and sub-schemas that are done. */
export function asOpenApi(schema: JsonObject): JsonObject {
  const { type, anyOf, nullable, prefixItems, ...rest } = schema;
  const types = (asArray(type) ?? [type]).filter((name) => typeof name === 'string').map((name) => name.toUpperCase());
  const [first, ...others] = types.filter((name) => name !== 'NULL');
  const choices = (asArray(anyOf) ?? []).map((choice) => asObject(choice) ?? {});
  const real = choices.filter((choice) => choice.type !== 'NULL');
  const isNullable = nullable === true || types.includes('NULL') || real.length < choices.length;
  const mark = isNullable ? { nullable: true } : {};
  if (others.length > 0) {
    const each = [first, ...others].map((name) => typed(String(name), rest, prefixItems));
    return { ...titles(rest), anyOf: each, ...mark };
  }
  if (first === undefined && real.length > 0) return joined(rest, real, mark);
  const known = first ?? impliedType(rest) ?? (types.length > 0 ? 'NULL' : 'STRING');
  const several = real.length === 0 ? {} : { anyOf: real };
  return { ...typed(known, rest, prefixItems), ...several, ...(known === 'NULL' ? {} : mark) };
}

/** One choice is no choice. */
function joined(rest: JsonObject, real: readonly JsonObject[], mark: JsonObject): JsonObject {
  const [only] = real;
  return real.length === 1 ? { ...only, ...rest, ...mark } : { ...rest, anyOf: real, ...mark };
}

function impliedType(rest: JsonObject): string | undefined {
  if (rest.properties !== undefined) return 'OBJECT';
  return rest.items === undefined ? undefined : 'ARRAY';
}

function typed(type: string, members: JsonObject, prefixItems: unknown): JsonObject {
  const { format, items, properties, required, ...rest } = members;
  const kept = typeof format === 'string' && formats[type]?.includes(format) ? { format } : {};
  if (type === 'ARRAY') return { type, ...rest, ...kept, items: itemsOf(items, prefixItems) };
  if (type !== 'OBJECT') return { type, ...rest, ...kept };
  return {
    type,
    ...rest,
    ...kept,
    ...(properties === undefined ? {} : { properties }),
    ...present(required, properties),
  };
}

/** "items: missing field": every list says what it holds. */
function itemsOf(items: unknown, prefixItems: unknown): unknown {
  const places = asArray(prefixItems);
  if (items !== undefined) return items;
  if (places === undefined || places.length === 0) return { type: 'STRING' };
  return places.length === 1 ? places[0] : { anyOf: places };
}

/** "property is not defined" where a name is required that is not described. */
function present(required: unknown, properties: unknown): JsonObject {
  const known = asObject(properties) ?? {};
  const names = asArray(required)?.filter((name) => typeof name === 'string' && Object.hasOwn(known, name)) ?? [];
  return names.length === 0 ? {} : { required: names };
}

function titles({ title, description }: JsonObject): JsonObject {
  return { ...(title === undefined ? {} : { title }), ...(description === undefined ? {} : { description }) };
}
