// What of JSON Schema a place takes.

export interface Subset {
  /** Keywords that are understood; others are removed. */
  readonly keywords: ReadonlySet<string>;
  /** Keeps `$ref` into `$defs` (without neighbours); where not, what is referred to is written in its place. */
  readonly references: boolean;
  /** Types in capitals, one of them, and `nullable` beside it. */
  readonly openApi: boolean;
}

const shared = [
  'type',
  'format',
  'title',
  'description',
  'enum',
  'items',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
];
const objects = ['properties', 'required', 'propertyOrdering', 'anyOf'];

/** Gemini's `parameters` and `responseSchema`: OpenAPI 3.0, in part. Anything else is "Unknown name …: Cannot find field". */
export const openApiSubset: Subset = {
  keywords: new Set([
    ...shared,
    ...objects,
    ...['nullable', 'default', 'example', 'pattern'],
    ...['minLength', 'maxLength', 'minProperties', 'maxProperties'],
  ]),
  references: false,
  openApi: true,
};

/** Gemini's `responseJsonSchema` and `parametersJsonSchema`, as its documentation lists them. */
export const jsonSubset: Subset = {
  keywords: new Set([
    ...shared,
    ...objects,
    ...['$id', '$defs', '$ref', '$anchor', 'prefixItems', 'oneOf', 'additionalProperties'],
  ]),
  references: true,
  openApi: false,
};

/** Keywords that constrain nothing: their loss is not worth a word. */
export const annotations: ReadonlySet<string> = new Set([
  ...['$schema', '$id', '$anchor', '$comment', '$vocabulary', '$defs', 'definitions'],
  ...['title', 'default', 'example', 'examples', 'deprecated', 'readOnly', 'writeOnly', 'propertyOrdering'],
  ...['contentMediaType', 'contentEncoding', 'contentSchema', 'markdownDescription', 'format', 'nullable'],
]);
