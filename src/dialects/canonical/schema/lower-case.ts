// Schemas as Gemini writes them (types in capitals, `nullable`) as JSON Schema: `{type: 'STRING', nullable: true}` is
// `{type: ['string', 'null']}`. Capitals stand even in `responseJsonSchema` of its own clients (wire.md 5.7).
import type { JsonObject } from '../../../core/index.ts';
import { asArray, asObject } from '../../json.ts';

const types = new Set(['STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT', 'NULL']);
/** Members that hold one schema, a list of them, or schemas by name. Everything else is data, `default` and `enum` too. */
const single = new Set(['items', 'additionalProperties', 'not', 'contains', 'propertyNames', 'if', 'then', 'else']);
const listed = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);
const named = new Set(['properties', '$defs', 'definitions', 'patternProperties', 'dependentSchemas']);
/** Deeper than anything a model could use; what lies below stays as it is. */
const deepest = 2000;

/** The same object where there is nothing to change. */
export function lowerCase(schema: JsonObject, depth = 0): JsonObject {
  if (depth > deepest) return schema;
  let changed: Record<string, unknown> | undefined;
  for (const [name, value] of Object.entries(schema)) {
    const lowered = member(name, value, depth);
    if (lowered === value) continue;
    changed ??= { ...schema };
    changed[name] = lowered;
  }
  return nullableAsType(changed ?? schema);
}

function member(name: string, value: unknown, depth: number): unknown {
  if (name === 'type') return lowerType(value);
  // Draft 4 has lists of `items`.
  if (listed.has(name) || (name === 'items' && Array.isArray(value))) return list(value, depth);
  if (single.has(name)) return schemaOrOther(value, depth);
  if (!named.has(name)) return value;
  const schemas = asObject(value);
  if (schemas === undefined) return value;
  let changed: Record<string, unknown> | undefined;
  for (const [key, inner] of Object.entries(schemas)) {
    const lowered = schemaOrOther(inner, depth);
    if (lowered === inner) continue;
    changed ??= { ...schemas };
    changed[key] = lowered;
  }
  return changed ?? value;
}

function lowerType(value: unknown): unknown {
  if (typeof value === 'string') return types.has(value) ? value.toLowerCase() : value;
  const several = asArray(value);
  return several?.some((type) => types.has(type as string)) ? several.map(lowerType) : value;
}

function schemaOrOther(value: unknown, depth: number): unknown {
  const schema = asObject(value);
  return schema === undefined ? value : lowerCase(schema, depth + 1);
}

function list(value: unknown, depth: number): unknown {
  const schemas = asArray(value);
  if (schemas === undefined) return value;
  const lowered = schemas.map((schema) => schemaOrOther(schema, depth));
  return lowered.some((schema, index) => schema !== schemas[index]) ? lowered : value;
}

/** OpenAPI's `nullable` as a type of its own. */
export function nullableAsType(schema: JsonObject): JsonObject {
  if (typeof schema.nullable !== 'boolean') return schema;
  const { nullable, ...rest } = schema;
  if (!nullable) return rest;
  if (typeof rest.type === 'string') {
    const values = asArray(rest.enum);
    const withNull = values === undefined || values.includes(null) ? {} : { enum: [...values, null] };
    return rest.type === 'null' ? rest : { ...rest, type: [rest.type, 'null'], ...withNull };
  }
  const choices = asArray(rest.anyOf);
  return choices === undefined ? rest : { ...rest, anyOf: [...choices, { type: 'null' }] };
}
