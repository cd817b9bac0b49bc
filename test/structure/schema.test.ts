// The schema explains itself: every setting has a description, and docs/configuration.md shows every one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { list, read } from './tree.ts';

type Node = Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Setting {
  readonly path: string;
  readonly name: string;
  readonly described: boolean;
}

/** Every entry of a `properties`, wherever it stands in the schema. A `$ref` may lend its description. */
function settingsOf(schema: Node): Setting[] {
  const found: Setting[] = [];
  const visit = (path: string, value: unknown): void => {
    if (Array.isArray(value)) for (const [index, entry] of value.entries()) visit(`${path}[${index}]`, entry);
    if (!isNode(value)) return;
    const own =
      isNode(value.properties) && path.match(/\.(if|then|else|not)(\.|\[|$)/) === null ? value.properties : {};
    for (const [name, property] of Object.entries(own)) {
      found.push({ path: `${path}.${name}`, name, described: isNode(property) && isDescribed(schema, property) });
    }
    for (const [key, child] of Object.entries(value)) if (key !== 'default') visit(`${path}.${key}`, child);
  };
  visit('', schema);
  return found;
}

function isDescribed(schema: Node, property: Node): boolean {
  if (typeof property.description === 'string' || typeof property['x-not-yet'] === 'string') return true;
  const name = /^#\/\$defs\/(\w+)$/.exec(String(property.$ref))?.[1];
  const definition = isNode(schema.$defs) && name !== undefined ? schema.$defs[name] : undefined;
  return isNode(definition) && typeof definition.description === 'string';
}

function schemaAt(path: string): Node {
  const value: unknown = JSON.parse(read(path));
  assert.ok(isNode(value), path);
  return value;
}

for (const file of [
  'schemas/gateway.schema.json',
  'schemas/provider.schema.json',
  ...list('{plugins,providers,templates}/*/schema.json'),
  'templates/plugin/schema.json',
]) {
  test(`every setting of ${file} has a description`, () => {
    const silent = settingsOf(schemaAt(file)).filter((setting) => !setting.described);
    assert.deepEqual(
      silent.map((setting) => setting.path),
      [],
    );
  });
}

test('docs/configuration.md shows every setting of the gateway', () => {
  const page = read('docs/configuration.md');
  const missing = settingsOf(schemaAt('schemas/gateway.schema.json'))
    .filter(({ name }) => name !== '$schema' && !page.includes(name))
    .map(({ path }) => path);
  assert.deepEqual(missing, []);
});
