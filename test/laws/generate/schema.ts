// JSON Schemas of tools and of answers, as far as every dialect takes them.
import fc from 'fast-check';
import type { JsonObject } from '../../../src/core/index.ts';
import { words } from './text.ts';

const described = words.map((description) => ({ description }));
const nothing = fc.constant({});

const leaf: fc.Arbitrary<JsonObject> = fc
  .tuple(
    fc.constantFrom<JsonObject>(
      { type: 'string' },
      { type: 'integer', minimum: 0 },
      { type: 'number' },
      { type: 'boolean' },
      { type: 'string', enum: ['a', 'b'] },
    ),
    fc.oneof(described, nothing),
  )
  .map(([type, more]) => ({ ...type, ...more }));

const nested = fc.oneof(
  leaf,
  leaf.map((items) => ({ type: 'array', items })),
  leaf.map((one) => ({ type: 'object', properties: { one }, required: ['one'], additionalProperties: false })),
  fc.tuple(leaf, leaf).map((anyOf) => ({ anyOf })),
);

/** Of an object, as all dialects want it at the root. */
export const schema: fc.Arbitrary<JsonObject> = fc
  .tuple(
    fc.dictionary(fc.constantFrom('city', 'days', 'unit', 'list'), nested, { maxKeys: 3, noNullPrototype: true }),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([properties, closed, demanding]) => ({
    type: 'object',
    properties,
    ...(demanding ? { required: Object.keys(properties) } : {}),
    ...(closed ? { additionalProperties: false } : {}),
  }));
