// JSON Schema within the subsets that vendors take, and schemas in capitals as JSON Schema.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../src/core/index.ts';
import { lowerCase } from '../../../src/dialects/canonical/schema/lower-case.ts';
import { jsonSubset, openApiSubset } from '../../../src/dialects/canonical/schema/subsets.ts';
import { toSubset } from '../../../src/dialects/canonical/schema/to-subset.ts';

const open = (schema: JsonObject) => toSubset({ type: 'object', properties: { x: schema } }, openApiSubset);
const openX = (schema: JsonObject) => (open(schema).schema.properties as JsonObject).x;
const json = (schema: JsonObject) => toSubset(schema, jsonSubset).schema;

test('capitals and nullable become JSON Schema; data stays', () => {
  const schema = {
    type: 'OBJECT',
    properties: { type: { type: 'STRING', nullable: true, enum: ['STRING'], default: { type: 'OBJECT' } } },
    items: [{ type: 'INTEGER' }],
    anyOf: [{ type: 'NULL' }],
  };
  assert.deepEqual(lowerCase(schema), {
    type: 'object',
    properties: { type: { type: ['string', 'null'], enum: ['STRING', null], default: { type: 'OBJECT' } } },
    items: [{ type: 'integer' }],
    anyOf: [{ type: 'null' }],
  });
  assert.deepEqual(lowerCase({ nullable: true, anyOf: [{ type: 'STRING' }] }), {
    anyOf: [{ type: 'string' }, { type: 'null' }],
  });
  assert.deepEqual(lowerCase({ type: 'STRING', nullable: false }), { type: 'string' });
});

test('a schema with nothing to change is the same object', () => {
  const schema = { type: 'object', properties: { a: { type: ['string', 'null'] } }, required: ['a'] };
  assert.equal(lowerCase(schema), schema);
});

test('OpenAPI: one type in capitals', () => {
  assert.deepEqual(openX({ type: ['string', 'null'] }), { type: 'STRING', nullable: true });
  assert.deepEqual(openX({ type: ['string', 'integer'], description: 'd' }), {
    description: 'd',
    anyOf: [
      { type: 'STRING', description: 'd' },
      { type: 'INTEGER', description: 'd' },
    ],
  });
  assert.deepEqual(openX({ anyOf: [{ type: 'string' }, { type: 'null' }], description: 'd' }), {
    type: 'STRING',
    description: 'd',
    nullable: true,
  });
  assert.deepEqual(openX({ oneOf: [{ type: 'string' }, { type: 'boolean' }] }), {
    anyOf: [{ type: 'STRING' }, { type: 'BOOLEAN' }],
  });
  assert.deepEqual(openX({ properties: {} }), { type: 'OBJECT', properties: {} });
  assert.deepEqual(openX({}), { type: 'STRING' });
});

test('OpenAPI: values are words, lists say what they hold, formats are those it knows', () => {
  assert.deepEqual(openX({ const: 'a' }), { type: 'STRING', enum: ['a'] });
  assert.deepEqual(openX({ enum: [1, 2, ''], type: 'integer' }), { type: 'STRING', enum: ['1', '2'] });
  assert.deepEqual(openX({ enum: ['a', null] }), { type: 'STRING', enum: ['a'], nullable: true });
  assert.deepEqual(openX({ enum: [true, false] }), { type: 'BOOLEAN' });
  assert.deepEqual(openX({ type: 'array' }), { type: 'ARRAY', items: { type: 'STRING' } });
  assert.deepEqual(openX({ type: 'array', items: [{ type: 'string' }, { type: 'number' }] }), {
    type: 'ARRAY',
    items: { anyOf: [{ type: 'STRING' }, { type: 'NUMBER' }] },
  });
  assert.deepEqual(openX({ type: 'array', prefixItems: [{ type: 'string' }] }), {
    type: 'ARRAY',
    items: { type: 'STRING' },
  });
  assert.deepEqual(openX({ type: 'string', format: 'uri' }), { type: 'STRING' });
  assert.deepEqual(openX({ type: 'string', format: 'date-time' }), { type: 'STRING', format: 'date-time' });
});

test('OpenAPI: only what is described can be required', () => {
  const { schema } = toSubset(
    { type: 'object', properties: { a: { type: 'string' } }, required: ['a', 'b'] },
    openApiSubset,
  );
  assert.deepEqual(schema.required, ['a']);
});

test('what constrained something and is gone is named; annotations are not', () => {
  const schema = { type: 'string', $schema: 'x', examples: ['a'], pattern: 'a', not: {}, minLength: 1 };
  assert.deepEqual(toSubset(schema, openApiSubset), {
    schema: { type: 'STRING', pattern: 'a', minLength: 1 },
    dropped: ['not'],
  });
  assert.deepEqual(toSubset(schema, jsonSubset), {
    schema: { type: 'string' },
    dropped: ['pattern', 'not', 'minLength'],
  });
});

test('names of properties are no keywords', () => {
  const properties = { const: { type: 'string' }, not: { type: 'string' }, $ref: { type: 'string' } };
  assert.deepEqual(json({ type: 'object', properties }), { type: 'object', properties });
});

test('allOf is joined, references in it are followed', () => {
  const schema = {
    type: 'object',
    allOf: [{ $ref: '#/$defs/a' }, { properties: { b: { type: 'integer' } }, required: ['b'], description: 'two' }],
    $defs: { a: { properties: { a: { type: 'string' } }, required: ['a'], description: 'one' } },
  };
  const expected = {
    type: 'object',
    description: 'one\ntwo',
    properties: { a: { type: 'string' }, b: { type: 'integer' } },
    required: ['a', 'b'],
  };
  const { $defs: _, ...joined } = json(schema);
  assert.deepEqual(joined, expected);
});

test('bounds that exclude become bounds', () => {
  assert.deepEqual(json({ type: 'integer', exclusiveMinimum: 0, exclusiveMaximum: 10 }), {
    type: 'integer',
    minimum: 1,
    maximum: 9,
  });
  assert.deepEqual(json({ type: 'number', exclusiveMinimum: 0.5, minimum: 1 }), { type: 'number', minimum: 1 });
  // Draft 4 had a flag.
  assert.deepEqual(json({ type: 'integer', exclusiveMinimum: true, minimum: 3 }), { type: 'integer', minimum: 3 });
});

test('JSON Schema keeps references into $defs, alone', () => {
  const schema = {
    type: 'object',
    properties: { a: { $ref: '#/definitions/a', description: 'd' }, b: { $ref: '#/properties/c' }, c: { const: 1 } },
    definitions: { a: { type: 'string', format: 'x' } },
  };
  assert.deepEqual(json(schema), {
    type: 'object',
    properties: {
      a: { $ref: '#/$defs/a' },
      b: { type: 'number', enum: [1] },
      c: { type: 'number', enum: [1] },
    },
    $defs: { a: { type: 'string', format: 'x' } },
  });
});

test('a type that contains itself is cut, a reference into nothing is named', () => {
  const tree = {
    type: 'object',
    properties: { child: { $ref: '#' }, lost: { $ref: '#/nowhere' }, far: { $ref: 'https://a.org/x.json' } },
  };
  const { schema, dropped } = toSubset(tree, openApiSubset);
  assert.deepEqual(dropped, ['$ref']);
  assert.ok(JSON.stringify(schema).length < 2000);
});

test('definitions that double with every step do not explode', () => {
  const $defs = Object.fromEntries(
    Array.from({ length: 40 }, (_, at) => [
      `d${at}`,
      { type: 'object', properties: { a: { $ref: `#/$defs/d${at + 1}` }, b: { $ref: `#/$defs/d${at + 1}` } } },
    ]),
  );
  const { schema } = toSubset({ $ref: '#/$defs/d0', $defs }, openApiSubset);
  assert.ok(JSON.stringify(schema).length < 500_000);
});

test('a thousand levels are neither too deep to read nor to write', () => {
  let deep: JsonObject = { type: 'STRING', nullable: true };
  for (let at = 0; at < 1000; at++) deep = { type: 'OBJECT', properties: { x: deep } };
  const lowered = lowerCase(deep);
  assert.ok(JSON.stringify(lowered).includes('["string","null"]'));
  for (const subset of [jsonSubset, openApiSubset]) assert.deepEqual(toSubset(lowered, subset).dropped, ['depth']);
});
