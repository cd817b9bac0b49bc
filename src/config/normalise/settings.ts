// Settings of a plugin or provider directory, checked by its schema: spans and amounts become numbers.
import type { Settings } from '../loaded.ts';
import type { Path } from '../read/places.ts';
import { isTree } from '../read/tree.ts';
import { schemaAt } from '../validate/schema-path.ts';
import type { Schema } from '../validate/validate.ts';
import { bytes, milliseconds } from './units.ts';

/** A copy in which everything marked `x-unit` is milliseconds or bytes. */
export function settle(schema: Schema, settings: Settings): Settings {
  return walk(schema, settings, []) as Settings;
}

function walk(schema: Schema, value: unknown, path: Path): unknown {
  if (Array.isArray(value)) return value.map((item, index) => walk(schema, item, [...path, index]));
  if (isTree(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, walk(schema, item, [...path, name])]));
  }
  if (typeof value !== 'string') return value;
  const unit = schemaAt(schema, path)?.['x-unit'];
  if (unit === 'duration' && /^\d/.test(value)) return milliseconds(value);
  return unit === 'size' && /^\d/.test(value) ? bytes(value) : value;
}
