// What a schema says about the value at a path: its annotations, and those of everything above it.
import type { Path } from '../read/places.ts';
import { isTree } from '../read/tree.ts';
import { gatewaySchema, type Schema } from './validate.ts';

/** The schemas from the root down to the value. Shorter than the path (plus one) where the schema says nothing. */
export function schemasAlong(root: Schema, path: Path): Schema[] {
  const found = [follow(root, root)];
  for (const part of path) {
    const next = step(found.at(-1) ?? {}, part);
    if (next === undefined) return found;
    found.push(follow(root, next));
  }
  return found;
}

/** The schema of exactly this value, or undefined where there is none. */
export function schemaAt(root: Schema, path: Path): Schema | undefined {
  const found = schemasAlong(root, path);
  return found.length === path.length + 1 ? found.at(-1) : undefined;
}

function step(schema: Schema, part: string | number): Schema | undefined {
  if (typeof part === 'number') return isTree(schema.items) ? schema.items : undefined;
  const properties = isTree(schema.properties) ? schema.properties : {};
  const named = Object.hasOwn(properties, part) ? properties[part] : schema.additionalProperties;
  return isTree(named) ? named : undefined;
}

/** A reference with what stands beside it. A plugin's schema may refer to the gateway's. */
function follow(root: Schema, schema: Schema): Schema {
  if (typeof schema.$ref !== 'string') return schema;
  const { $ref, ...beside } = schema;
  const start = String($ref).startsWith('#') ? root : gatewaySchema;
  const target = String($ref)
    .split('/')
    .slice(1)
    .reduce<unknown>((node, name) => (isTree(node) ? node[name] : undefined), start);
  return isTree(target) ? { ...follow(root, target), ...beside } : beside;
}
