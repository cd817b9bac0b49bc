// Validation by schema. Fills in defaults, turns values that came wholly from a reference into the number or boolean
// the schema wants, and puts every finding into words with its place.
import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { isTimeZone } from '../../core/index.ts';
import { type Path, pathOf, pointerOf, valueIn } from '../read/places.ts';
import { explain } from './explain.ts';
import { limitCheck } from './limit-keyword.ts';
import type { Report } from './report.ts';

export type Schema = Readonly<Record<string, unknown>>;

const annotations = [
  'x-change',
  'x-unit',
  'x-secret',
  'x-not-yet',
  'x-expected',
  'x-message',
  'x-default',
  'x-example',
  'x-remedies',
];

export const gatewaySchema = readSchema('gateway.schema.json');
export const validateGateway = compileSchema(gatewaySchema);
export const validateManifest = compileSchema(readSchema('provider.schema.json'));
export const validatePrices = compileSchema(readSchema('prices.schema.json'));
export const validatePluginSchema = compileSchema(readSchema('plugin.schema.json'));

function readSchema(name: string): Schema {
  return JSON.parse(readFileSync(new URL(`../../../schemas/${name}`, import.meta.url), 'utf8')) as Schema;
}

/** Throws where the schema itself is wrong. */
export function compileSchema(schema: Schema): ValidateFunction {
  const ajv = new Ajv({
    allErrors: true,
    useDefaults: true,
    verbose: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allowUnionTypes: true,
  });
  formats.default(ajv);
  ajv.addFormat('date-or-time', { type: 'string', validate: (text: string) => momentOf(text) !== undefined });
  ajv.addFormat('timezone', { type: 'string', validate: isTimeZone });
  ajv.addVocabulary(annotations);
  ajv.addKeyword({ keyword: 'x-limit', schemaType: 'string', compile: limitCheck });
  // Settings of a plugin may be of a kind the gateway has too: `{ "$ref": "gateway.schema.json#/$defs/limits" }`.
  if (schema !== gatewaySchema) ajv.addSchema(gatewaySchema, undefined, false, false);
  return ajv.compile(schema);
}

/** `2027-01-31` (the end of that day, UTC) or a full ISO time, as epoch milliseconds. */
export function momentOf(text: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.exec(text);
  if (match === null) return undefined;
  const [, date, time] = match;
  const start = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(start) || new Date(start).toISOString().slice(0, 10) !== date) return undefined;
  const moment = time === undefined ? start + 86_400_000 : Date.parse(text);
  return Number.isNaN(moment) ? undefined : moment;
}

export interface Subject {
  readonly value: unknown;
  /** Where `value` stands in the configuration. */
  readonly path: Path;
  /** Pointers of values that came wholly from a reference. */
  readonly whole: ReadonlySet<string>;
  /** Pointers of values that hold any reference: they are not shown. */
  readonly referred: ReadonlySet<string>;
}

/** Validates `value` in place and reports what is wrong. False when anything is. */
export function check(validate: ValidateFunction, subject: Subject, report: Report): boolean {
  for (const finding of findings(validate, subject)) report.error(finding.path, finding.message, finding.at);
  return (validate.errors ?? []).length === 0;
}

export function findings(validate: ValidateFunction, subject: Subject) {
  if (!validate(subject.value) && convert(validate.errors ?? [], subject)) validate(subject.value);
  const found = explain(validate.errors ?? [], subject.value, (path) =>
    subject.referred.has(pointerOf([...subject.path, ...path])),
  );
  return found.map((finding) => ({ ...finding, path: [...subject.path, ...finding.path] }));
}

/** Whether anything was converted. */
function convert(errors: readonly ErrorObject[], subject: Subject): boolean {
  let converted = false;
  for (const error of errors) {
    if (error.keyword !== 'type') continue;
    const path = pathOf(error.instancePath, subject.value);
    const name = path.at(-1);
    const value = valueIn(subject.value, path);
    if (name === undefined || typeof value !== 'string') continue;
    if (!subject.whole.has(pointerOf([...subject.path, ...path]))) continue;
    const better = literal(value, [error.schema].flat().map(String));
    const parent = valueIn(subject.value, path.slice(0, -1)) as Record<string | number, unknown>;
    if (better === undefined) continue;
    parent[name] = better;
    converted = true;
  }
  return converted;
}

function literal(text: string, types: readonly string[]): number | boolean | undefined {
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  const number = types.includes('number') || (types.includes('integer') && !text.includes('.'));
  return number && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}
