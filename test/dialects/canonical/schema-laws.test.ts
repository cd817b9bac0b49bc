// Whatever the schema: reducing it ends, holds known keywords only, and changes nothing the second time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../../../src/core/index.ts';
import { lowerCase } from '../../../src/dialects/canonical/schema/lower-case.ts';
import { jsonSubset, openApiSubset, type Subset } from '../../../src/dialects/canonical/schema/subsets.ts';
import { toSubset } from '../../../src/dialects/canonical/schema/to-subset.ts';

const type = fc.constantFrom('string', 'number', 'integer', 'boolean', 'array', 'object', 'null', 'STRING', 'OBJECT');
const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));

const plain = {
  type: fc.oneof(type, fc.array(type, { maxLength: 3 }), fc.jsonValue()),
  enum: fc.oneof(fc.array(value, { maxLength: 3 }), fc.jsonValue()),
  const: value,
  $ref: fc.constantFrom('#', '#/$defs/a', '#/definitions/b', '#/properties/a', '#/anyOf/0', 'x', '#/%zz'),
  nullable: fc.boolean(),
  required: fc.oneof(fc.array(fc.constantFrom('a', 'z'), { maxLength: 2 }), fc.jsonValue()),
  exclusiveMinimum: fc.oneof(fc.integer(), fc.boolean()),
  minimum: fc.integer(),
  description: fc.string(),
};
const leaf = fc.record(plain, { requiredKeys: [] }) as fc.Arbitrary<JsonObject>;

function nest(inner: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> {
  const named = fc.dictionary(fc.constantFrom('a', 'b', 'type', '$ref', 'const'), inner, { maxKeys: 2 });
  const list = fc.array(inner, { maxLength: 2 });
  const members = {
    ...plain,
    properties: fc.oneof(named, fc.jsonValue()),
    items: fc.oneof(inner, list, fc.boolean()),
    anyOf: list,
    oneOf: list,
    allOf: list,
    prefixItems: list,
    $defs: named,
    definitions: named,
    additionalProperties: fc.oneof(fc.boolean(), inner),
    patternProperties: named,
  };
  return fc.record(members, { requiredKeys: [] }) as fc.Arbitrary<JsonObject>;
}

const schema = nest(fc.oneof(leaf, nest(leaf)));

/** Every schema within a schema. */
function* schemasIn(at: JsonObject): Generator<JsonObject> {
  yield at;
  const lists = [at.anyOf, at.oneOf, at.prefixItems].flatMap((list) => (Array.isArray(list) ? list : []));
  const named = [at.properties, at.$defs].flatMap((all) => Object.values((all ?? {}) as JsonObject));
  for (const inner of [...lists, ...named, at.items, at.additionalProperties]) {
    if (typeof inner === 'object' && inner !== null) yield* schemasIn(inner as JsonObject);
  }
}

const subsets: readonly (readonly [string, Subset])[] = [
  ['JSON Schema', jsonSubset],
  ['OpenAPI', openApiSubset],
];

for (const [name, subset] of subsets) {
  test(`${name}: only known keywords are left, whatever the schema`, () => {
    fc.assert(
      fc.property(schema, (any) => {
        const reduced = toSubset(any, subset).schema;
        for (const one of schemasIn(reduced)) {
          for (const keyword of Object.keys(one)) assert.ok(subset.keywords.has(keyword), keyword);
        }
      }),
      { numRuns: 60 },
    );
  });
}

test('OpenAPI: every schema has one type, or a choice', () => {
  fc.assert(
    fc.property(schema, (any) => {
      for (const one of schemasIn(toSubset(any, openApiSubset).schema)) {
        assert.ok(typeof one.type === 'string' || Array.isArray(one.anyOf), JSON.stringify(one));
      }
    }),
    { numRuns: 60 },
  );
});

test('capitals gone are gone: the second time nothing changes', () => {
  fc.assert(
    fc.property(schema, (any) => {
      const once = lowerCase(any);
      assert.equal(lowerCase(once), once);
    }),
    { numRuns: 60 },
  );
});
