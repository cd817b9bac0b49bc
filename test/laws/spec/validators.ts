// The vendors' own specifications as validators of what is produced. They stand beside the repository where they are at hand.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { DialectName } from '../../../src/core/index.ts';
import { amendments } from './known.ts';

const home = join(import.meta.dirname, '../../../../shared/specs');
export const noSpecs: false | 'no specs' = existsSync(home) ? false : 'no specs';

export type Kind = 'request' | 'answer' | 'event';

const schemas: Readonly<Record<DialectName, { readonly file: string } & Readonly<Record<Kind, string>>>> = {
  'openai-chat': {
    file: 'openai-openapi.json',
    request: 'CreateChatCompletionRequest',
    answer: 'CreateChatCompletionResponse',
    event: 'CreateChatCompletionStreamResponse',
  },
  'openai-responses': {
    file: 'openai-openapi.json',
    request: 'CreateResponse',
    answer: 'Response',
    event: 'ResponseStreamEvent',
  },
  'anthropic-messages': {
    file: 'anthropic-openapi.json',
    request: 'CreateMessageParams',
    answer: 'Message',
    event: 'MessageStreamEvent',
  },
  gemini: {
    file: 'gemini-openapi.json',
    request: 'GenerateContentRequest',
    answer: 'GenerateContentResponse',
    event: 'GenerateContentResponse',
  },
};

const loaded = new Map<string, Loaded>();

interface Loaded {
  readonly ajv: Ajv2020;
  readonly spec: Spec;
}

function specOf(file: string): Loaded {
  let found = loaded.get(file);
  if (found === undefined) {
    // Formats are not what is asked here, and specifications use keywords of their own.
    const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true, verbose: true });
    const spec = amended(file, readSpec(file));
    ajv.addSchema(spec, file);
    found = { ajv, spec };
    loaded.set(file, found);
  }
  return found;
}

function validatorOf(file: string, name: string): ValidateFunction {
  const validator = specOf(file).ajv.getSchema(`${file}#/components/schemas/${name}`);
  if (validator === undefined) throw new Error(`${file} has no ${name}`);
  return validator;
}

function amended(file: string, spec: Spec): Spec {
  for (const { schema, optional = [], nullable = [], types = [], ...one } of amendments) {
    const found = one.file === file ? withMembers(spec.components.schemas[schema]) : undefined;
    if (found === undefined) continue;
    found.required = (found.required ?? []).filter((name) => !optional.includes(name));
    if (types.length > 0) found.properties.type = { enum: [...(found.properties.type?.enum ?? []), ...types] };
    for (const name of nullable)
      found.properties[name] = { anyOf: [found.properties[name] ?? {}, { type: 'null' }] } as object;
  }
  return spec;
}

/** The object itself, or the one of `allOf` that holds the members. */
function withMembers(schema: Schema | undefined): Members | undefined {
  if (schema === undefined) return undefined;
  if (schema.properties !== undefined) return schema as Members;
  return schema.allOf?.map((one) => withMembers(one)).find((one) => one !== undefined);
}

interface Members {
  required?: readonly string[];
  properties: Record<string, { readonly enum?: readonly unknown[] }>;
}

/** Of a union of events the one that has this `type`: its complaints say more than those of all together. */
function variantOf(file: string, name: string, type: unknown): string {
  const { schemas: all } = specOf(file).spec.components;
  const variants = (all[name]?.anyOf ?? []).map(({ $ref = '' }) => $ref.split('/').at(-1) ?? '');
  const matching = variants.find((one) => {
    const kind = all[one]?.properties?.type;
    return kind?.const === type || kind?.enum?.includes(type) === true;
  });
  return matching ?? name;
}

function readSpec(file: string): Spec {
  const closed = file === 'gemini-openapi.json';
  return JSON.parse(readFileSync(join(home, file), 'utf8'), (_key, value: unknown) => {
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? modern(value, closed) : value;
  });
}

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: { readonly type?: { readonly const?: unknown; readonly enum?: readonly unknown[] } };
}

interface Spec {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/**
 * OpenAPI's `nullable` in JSON Schema's words; `oneOf` of shapes that overlap as `anyOf`. Google refuses members it does
 * not know, which its specification does not say.
 */
function modern(node: object, closed: boolean): object {
  const { nullable, oneOf, ...rest } = node as {
    nullable?: unknown;
    oneOf?: unknown;
    properties?: unknown;
    type?: unknown;
  };
  const union = Array.isArray(oneOf) && !('anyOf' in rest) ? { ...rest, anyOf: oneOf } : rest;
  const isMessage = closed && rest.type === 'object' && typeof rest.properties === 'object';
  const shut = isMessage && !('additionalProperties' in rest) ? { ...union, additionalProperties: false } : union;
  return nullable === true ? { anyOf: [shut, { type: 'null' }] } : shut;
}

/** What is wrong with it beyond what is known to be newer than the specification; the deepest places first. */
export function faultsOf(dialect: DialectName, kind: Kind, value: object): string[] {
  const { file, [kind]: name } = schemas[dialect];
  const type = 'type' in value ? value.type : undefined;
  const validator = validatorOf(file, kind === 'event' ? variantOf(file, name, type) : name);
  if (validator(value)) return [];
  const errors = relevant(validator.errors ?? []);
  const depth = ({ instancePath }: ErrorObject) => instancePath.split('/').length;
  const lines = errors.toSorted((one, other) => depth(other) - depth(one)).map(told);
  return [...new Set(lines)].slice(0, 6);
}

/** Of a union only what the variant of the same `type` has against it. */
function relevant(errors: readonly ErrorObject[]): ErrorObject[] {
  const named = errors.filter(({ keyword }) => keyword !== 'anyOf');
  const mine = named.filter(({ keyword, instancePath, parentSchema, data }) => {
    if (/^(const|enum)$/.test(keyword) && instancePath.endsWith('/type')) return false;
    const kind = (parentSchema as Schema | undefined)?.properties?.type;
    const type = Object(data).type;
    return kind === undefined || type === undefined || kind.const === type || kind.enum?.includes(type) === true;
  });
  return mine.length > 0 ? mine : named;
}

function told({ instancePath, message = '', params }: ErrorObject): string {
  const detail = params.additionalProperty ?? params.allowedValue ?? '';
  return `${instancePath === '' ? '/' : instancePath} ${message} ${detail}`.trim();
}

/** Members at the top of a request that the specification does not have. */
export function strangers(dialect: DialectName, body: object): string[] {
  const { file, request } = schemas[dialect];
  const { schemas: all } = specOf(file).spec.components;
  const names = propertiesOf({ $ref: `#/components/schemas/${request}` }, all);
  return Object.keys(body).filter((name) => !names.has(name));
}

function propertiesOf({ $ref, allOf = [], properties = {} }: Schema, all: Spec['components']['schemas']): Set<string> {
  const pointed = $ref === undefined ? undefined : all[$ref.split('/').at(-1) ?? ''];
  const inherited = [...allOf, ...(pointed === undefined ? [] : [pointed])].flatMap((one) => [
    ...propertiesOf(one, all),
  ]);
  return new Set([...Object.keys(properties), ...inherited]);
}
