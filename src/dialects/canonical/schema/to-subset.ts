// A JSON Schema within what a place takes: what can be said in other words is (const, allOf, references), the rest is
// removed and named. Never throws, whatever the schema; types that contain themselves are cut.
import type { JsonObject } from '../../../core/index.ts';
import { asArray, asObject } from '../../json.ts';
import { nullableAsType } from './lower-case.ts';
import { mergeAll } from './merge.ts';
import { References } from './references.ts';
import { annotations, type Subset } from './subsets.ts';
import { asOpenApi } from './to-open-api.ts';
import { listedValues, lowerBound, upperBound } from './values.ts';

export interface Reduced {
  readonly schema: JsonObject;
  /** Keywords that constrained something and are gone. */
  readonly dropped: readonly string[];
}

/** Deeper than any vendor takes. */
const deepest = 100;
/** Schemas within one: definitions that are written in place of references add up. */
const most = 50_000;

export function toSubset(schema: JsonObject, subset: Subset): Reduced {
  const root = withDefinitions(schema, subset);
  const walk = new Walk(root, subset);
  return { schema: walk.schema(root, 0), dropped: [...walk.dropped] };
}

/** `definitions` is the older name of `$defs`, which is the only one known where references are kept. */
function withDefinitions(schema: JsonObject, { references }: Subset): JsonObject {
  const old = asObject(schema.definitions);
  if (!references || old === undefined) return schema;
  return { ...schema, $defs: { ...old, ...asObject(schema.$defs) } };
}

class Walk {
  readonly dropped = new Set<string>();
  readonly #subset: Subset;
  readonly #references: References;
  #count = 0;

  constructor(root: JsonObject, subset: Subset) {
    this.#subset = subset;
    this.#references = new References(root);
  }

  schema(schema: JsonObject, depth: number): JsonObject {
    if (depth > deepest || ++this.#count > most) {
      this.dropped.add('depth');
      return this.#subset.openApi ? { type: 'STRING' } : {};
    }
    if (typeof schema.$ref === 'string') return this.#reference(schema, schema.$ref, depth);
    if (Array.isArray(schema.allOf)) return this.#allOf(schema, schema.allOf, depth);
    const reduced = this.#members(schema, depth);
    return this.#subset.openApi ? asOpenApi(reduced) : nullableAsType(reduced);
  }

  #reference(schema: JsonObject, reference: string, depth: number): JsonObject {
    const name = /^#\/(?:\$defs|definitions)\/([^/]+)$/.exec(reference)?.[1];
    // Beside a `$ref` only other `$` members may stand.
    if (this.#subset.references && name !== undefined && this.#references.has(`#/$defs/${name}`)) {
      const kept = depth === 0 ? { $defs: this.#named(asObject(schema.$defs) ?? {}, depth) } : {};
      return { ...kept, $ref: `#/$defs/${name}` };
    }
    const { $ref: _, ...beside } = schema;
    const written = this.#references.follow(reference, (target) => this.schema({ ...target, ...beside }, depth + 1));
    if (written !== undefined) return written;
    this.dropped.add('$ref');
    const type = this.#references.typeOf(reference);
    return this.schema(type === undefined ? beside : { type, ...beside }, depth + 1);
  }

  #allOf(schema: JsonObject, members: readonly unknown[], depth: number): JsonObject {
    const { allOf: _, ...beside } = schema;
    const parts = members.map((part) => this.#resolved(asObject(part) ?? {}, 0)).filter((part) => part !== undefined);
    return this.schema(mergeAll([beside, ...parts]), depth + 1);
  }

  /** A member of `allOf`, where a reference has to be followed before it can be joined with the others. */
  #resolved(part: JsonObject, steps: number): JsonObject | undefined {
    if (typeof part.$ref !== 'string') return part;
    const { $ref: reference, ...beside } = part;
    if (steps > 20) return beside;
    const found = this.#references.follow(String(reference), (target) => target);
    if (found === undefined) this.dropped.add('$ref');
    return found === undefined ? beside : this.#resolved({ ...found, ...beside }, steps + 1);
  }

  #members(schema: JsonObject, depth: number): JsonObject {
    const reduced: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(schema)) this.#member(reduced, schema, name, value, depth);
    // Last, because the values decide about the type.
    if ('const' in schema || 'enum' in schema) Object.assign(reduced, listedValues(schema, this.#subset));
    return reduced;
  }

  #member(reduced: Record<string, unknown>, schema: JsonObject, name: string, value: unknown, depth: number): void {
    switch (name) {
      case 'const':
      case 'enum':
        return;
      case 'exclusiveMinimum':
      case 'exclusiveMaximum':
      case 'minimum':
      case 'maximum':
        Object.assign(reduced, lowerBound(schema), upperBound(schema));
        return;
      case 'oneOf':
        if (!this.#subset.keywords.has('oneOf') && schema.anyOf !== undefined) break;
        reduced[this.#subset.keywords.has('oneOf') ? 'oneOf' : 'anyOf'] = this.#list(value, depth);
        return;
      case 'nullable':
        if (value === true) reduced.nullable = true;
        return;
      default:
    }
    if (!this.#subset.keywords.has(name) && !(name === 'prefixItems' && this.#subset.openApi)) {
      if (!annotations.has(name) && value !== undefined) this.dropped.add(name);
      return;
    }
    reduced[name] = this.#value(name, value, depth);
  }

  #value(name: string, value: unknown, depth: number): unknown {
    if (name === 'properties' || name === '$defs') return this.#named(asObject(value) ?? {}, depth);
    if (name === 'anyOf' || name === 'prefixItems') return this.#list(value, depth);
    if (name === 'items') return Array.isArray(value) ? this.#tuple(value, depth) : this.#one(value, depth);
    if (name === 'additionalProperties') return typeof value === 'boolean' ? value : this.#one(value, depth);
    return value;
  }

  /** Draft 4's list of items, one for each place. */
  #tuple(value: readonly unknown[], depth: number): JsonObject {
    const anyOf = value.map((item) => this.#one(item, depth));
    return anyOf.length === 1 ? (anyOf[0] ?? {}) : { anyOf };
  }

  #one(value: unknown, depth: number): JsonObject {
    return this.schema(asObject(value) ?? {}, depth + 1);
  }

  #list(value: unknown, depth: number): JsonObject[] {
    return (asArray(value) ?? []).map((schema) => this.#one(schema, depth));
  }

  #named(schemas: JsonObject, depth: number): JsonObject {
    return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, this.#one(schema, depth)]));
  }
}
