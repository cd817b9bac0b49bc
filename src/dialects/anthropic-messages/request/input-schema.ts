// The parameters of a function of another dialect as `input_schema`, which must be that of an object and may not consist
// of alternatives: "input_schema does not support oneOf, allOf, or anyOf at the top level".
import type { JsonObject } from '../../../core/index.ts';
import { asArray, asObject } from '../../json.ts';

export interface InputSchema {
  readonly schema: JsonObject;
  /** Something it demanded is no longer in it. */
  readonly changed: boolean;
}

const alternatives = ['anyOf', 'oneOf'] as const;

export function inputSchema(parameters: JsonObject | undefined): InputSchema {
  if (parameters === undefined) return { schema: { type: 'object', properties: {} }, changed: false };
  if (alternatives.some((name) => name in parameters) || 'allOf' in parameters)
    return { schema: flat(parameters), changed: true };
  if (parameters.type === 'object') return { schema: parameters, changed: false };
  const isObject = parameters.type === undefined || asArray(parameters.type)?.includes('object') === true;
  if (isObject) return { schema: { ...parameters, type: 'object' }, changed: false };
  return { schema: { type: 'object', properties: {} }, changed: true };
}

/** The members of all alternatives; demanded is what each of them demands. */
function flat({ anyOf, oneOf, allOf, ...root }: JsonObject): JsonObject {
  const all = schemas(allOf);
  const some = [...schemas(anyOf), ...schemas(oneOf)];
  const properties = Object.assign({}, ...[...some, ...all, root].map((schema) => schema.properties));
  const [first, ...others] = some.map(required);
  const shared = (first ?? []).filter((name) => others.every((names) => names.includes(name)));
  const demanded = [...new Set([...required(root), ...all.flatMap(required), ...shared])];
  return { ...root, type: 'object', properties, ...(demanded.length > 0 ? { required: demanded } : {}) };
}

function schemas(list: unknown): JsonObject[] {
  return (asArray(list) ?? []).map(asObject).filter((schema) => schema !== undefined);
}

function required(schema: JsonObject): unknown[] {
  return [...(asArray(schema.required) ?? [])];
}
