// A JSON Schema for structured output: objects are closed, and what cannot be enforced is told in the description, where
// the model reads it. The same as the official SDK does (lib/transform-json-schema).
import type { JsonObject } from '../../../core/index.ts';
import { asArray, asObject } from '../../json.ts';

const formats: ReadonlySet<unknown> = new Set(
  'date-time time date duration email hostname uri ipv4 ipv6 uuid'.split(' '),
);
const kept: ReadonlySet<string> = new Set([
  'type',
  'description',
  'title',
  'enum',
  'const',
  'required',
  '$ref',
  'default',
]);
/** Say nothing that needs to be told. */
const silent: ReadonlySet<string> = new Set(['additionalProperties', '$schema', 'nullable']);

export function closedSchema(schema: JsonObject): JsonObject {
  if (typeof schema.$ref === 'string') {
    const definitions = namedDefinitions(schema);
    return { ...definitions, $ref: schema.$ref };
  }
  const closed: Record<string, unknown> = {};
  const told: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(schema)) {
    if (kept.has(name)) closed[name] = value;
    else if (!silent.has(name) && !place(closed, name, value)) told[name] = value;
  }
  if (isObject(schema)) {
    closed.properties ??= {};
    closed.additionalProperties = false;
  }
  if (Object.keys(told).length > 0) closed.description = described(closed.description, told);
  return closed;
}

/** Members that hold schemas, or are known in part. */
function place(closed: Record<string, unknown>, name: string, value: unknown): boolean {
  switch (name) {
    case 'properties':
    case '$defs':
    case 'definitions':
      closed[name] = named(value);
      return true;
    case 'items':
      closed.items = one(value);
      return asObject(value) !== undefined;
    case 'anyOf':
    case 'allOf':
      closed[name] = (asArray(value) ?? []).map(one);
      return true;
    case 'oneOf':
      closed.anyOf ??= (asArray(value) ?? []).map(one);
      return true;
    case 'format':
      if (formats.has(value)) closed.format = value;
      return formats.has(value);
    case 'minItems':
      if (value === 0 || value === 1) closed.minItems = value;
      return value === 0 || value === 1;
    default:
      return false;
  }
}

function namedDefinitions(schema: JsonObject): JsonObject {
  const found: Record<string, unknown> = {};
  for (const name of ['$defs', 'definitions']) if (schema[name] !== undefined) found[name] = named(schema[name]);
  return found;
}

function named(value: unknown): JsonObject {
  return Object.fromEntries(Object.entries(asObject(value) ?? {}).map(([name, schema]) => [name, one(schema)]));
}

function one(value: unknown): unknown {
  const schema = asObject(value);
  return schema === undefined ? value : closedSchema(schema);
}

function isObject({ type, properties }: JsonObject): boolean {
  return type === 'object' || properties !== undefined || asArray(type)?.includes('object') === true;
}

function described(description: unknown, told: JsonObject): string {
  const rules = Object.entries(told).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  const text = `{${rules.join(', ')}}`;
  return typeof description === 'string' && description !== '' ? `${description}\n\n${text}` : text;
}
