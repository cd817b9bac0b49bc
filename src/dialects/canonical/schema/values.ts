// Keywords about single values, said in other words.
import type { JsonObject } from '../../../core/index.ts';
import { asArray } from '../../json.ts';
import type { Subset } from './subsets.ts';

/** `const` and `enum` as an `enum`. The one subset takes strings only, the other strings and numbers. */
export function listedValues(schema: JsonObject, { openApi }: Subset): JsonObject {
  const all = 'const' in schema ? [schema.const] : (asArray(schema.enum) ?? []);
  const values = all.filter((value) => isScalar(value) && value !== '');
  if (!openApi) {
    const plain = values.filter((value) => typeof value !== 'boolean');
    // Strings and numbers only; of booleans there is nothing to choose between but the type.
    const listed = plain.length < values.length || plain.length === 0 ? {} : { enum: plain };
    return { ...typeFor(schema, values, all), ...listed };
  }
  const nothing = all.includes(null) || asArray(schema.type)?.includes('null') ? { nullable: true } : {};
  if (values.length === 0) return nothing;
  if (values.every((value) => typeof value === 'boolean')) return { type: 'boolean', ...nothing };
  // "enum: only allowed for STRING type": numbers are told as words.
  return { type: 'string', enum: values.map(String), ...nothing };
}

function typeFor(schema: JsonObject, values: readonly unknown[], all: readonly unknown[]): JsonObject {
  if (schema.type !== undefined || values.length === 0) return {};
  const kinds = [...new Set(values.map((value) => typeof value))];
  const types = all.includes(null) ? [...kinds, 'null'] : kinds;
  return { type: types.length === 1 ? types[0] : types };
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

export function lowerBound({ minimum, exclusiveMinimum, type }: JsonObject): JsonObject {
  if (typeof exclusiveMinimum !== 'number') return typeof minimum === 'number' ? { minimum } : {};
  const above = type === 'integer' ? Math.floor(exclusiveMinimum) + 1 : exclusiveMinimum;
  return { minimum: typeof minimum === 'number' ? Math.max(minimum, above) : above };
}

export function upperBound({ maximum, exclusiveMaximum, type }: JsonObject): JsonObject {
  if (typeof exclusiveMaximum !== 'number') return typeof maximum === 'number' ? { maximum } : {};
  const below = type === 'integer' ? Math.ceil(exclusiveMaximum) - 1 : exclusiveMaximum;
  return { maximum: typeof maximum === 'number' ? Math.min(maximum, below) : below };
}
