// The schema validator's findings in words: one per place, with the nearest known name or the remedy.
import type { ErrorObject } from 'ajv';
import { type Path, pathOf } from '../read/places.ts';
import { nearest, suggest } from './nearest.ts';

export interface Finding {
  readonly path: Path;
  /** Whether the setting's name is at fault or its value. */
  readonly at: 'key' | 'value';
  readonly message: string;
}

/** What says nothing that another finding of the same place does not say better. */
const silent = new Set(['if', 'propertyNames.inner']);

/** `hidden`: whether the value at a path came from a reference and must not be repeated. */
export function explain(
  errors: readonly ErrorObject[],
  root: unknown,
  hidden: (path: Path) => boolean = () => false,
): Finding[] {
  const findings = new Map<string, Finding>();
  for (const error of errors) {
    if (silent.has(error.keyword) || error.propertyName !== undefined || covered(error, errors)) continue;
    const finding = explainOne(error, root, hidden);
    const place = [finding.at, ...finding.path, error.keyword === 'required' ? error.params.missingProperty : ''];
    const key = JSON.stringify(place);
    if (!findings.has(key)) findings.set(key, finding);
  }
  return [...findings.values()];
}

/**
 * A branch of a choice (`oneOf`) that fails at the same place: the choice speaks for all its branches. And what is no
 * limit says better itself how one is written.
 */
function covered(error: ErrorObject, errors: readonly ErrorObject[]): boolean {
  return errors.some(
    (other) =>
      other !== error &&
      other.instancePath === error.instancePath &&
      ((other.keyword === 'x-limit' && error.keyword !== 'x-limit') ||
        (other.keyword === 'oneOf' && error.schemaPath.startsWith(`${other.schemaPath}/`))),
  );
}

function explainOne(error: ErrorObject, root: unknown, hidden: (path: Path) => boolean): Finding {
  const path = pathOf(error.instancePath, root);
  const { keyword, params } = error;
  if (keyword === 'additionalProperties') return unknownSetting(error, path);
  if (keyword === 'required')
    return { path, at: 'value', message: `the setting "${params.missingProperty}" is missing` };
  if (keyword === 'propertyNames') {
    return {
      path: [...path, params.propertyName],
      at: 'key',
      message: `"${params.propertyName}" is not a valid name here`,
    };
  }
  if (keyword === 'x-limit') {
    const message = hidden(path) ? 'must be a limit, which this is not' : String(error.message);
    return { path, at: 'value', message };
  }
  const annotation = annotations(error);
  if (keyword === 'not' && annotation.notYet !== undefined) {
    return { path, at: 'key', message: `${path.at(-1)} is reserved: not yet available. ${annotation.notYet}` };
  }
  if ((keyword === 'not' || keyword === 'oneOf') && annotation.message !== undefined) {
    return { path, at: keyword === 'not' ? 'key' : 'value', message: annotation.message };
  }
  return {
    path,
    at: 'value',
    message: valueMessage(error, { ...annotation, secret: annotation.secret || hidden(path) }),
  };
}

function unknownSetting(error: ErrorObject, path: Path): Finding {
  const name: string = error.params.additionalProperty;
  const remedies = (error.parentSchema?.['x-remedies'] ?? {}) as Record<string, string>;
  const elsewhere = Object.hasOwn(remedies, name) ? remedies[name] : undefined;
  if (elsewhere !== undefined) return { path: [...path, name], at: 'key', message: `"${name}" ${elsewhere}` };
  const properties = (error.parentSchema?.properties ?? {}) as Record<string, Record<string, unknown>>;
  const known = Object.keys(properties).filter(
    (key) => properties[key]?.['x-not-yet'] === undefined && key !== '$schema',
  );
  return { path: [...path, name], at: 'key', message: `unknown setting "${name}"${suggest(name, known)}` };
}

interface Annotations {
  readonly expected: string | undefined;
  readonly message: string | undefined;
  readonly notYet: string | undefined;
  readonly secret: boolean;
}

function annotations(error: ErrorObject): Annotations {
  const schema = (error.parentSchema ?? {}) as Record<string, unknown>;
  const text = (name: string) => (typeof schema[name] === 'string' ? schema[name] : undefined);
  return {
    expected: text('x-expected'),
    message: text('x-message'),
    notYet: text('x-not-yet'),
    secret: schema['x-secret'] !== undefined,
  };
}

function valueMessage(error: ErrorObject, { expected, secret }: Annotations): string {
  const { keyword, params, data } = error;
  if (keyword === 'enum') return choiceMessage(params.allowedValues, data);
  if (data === null) return `must be ${expected ?? wanted(error)}, but nothing is written here`;
  if (expected !== undefined) return `must be ${expected}`;
  if (keyword === 'type' && secret) return `must be ${wanted(error)}, which this is not`;
  if (keyword === 'type') return `must be ${wanted(error)}, not ${given(data)}${remedy(error)}`;
  if (keyword === 'const') return `must be ${params.allowedValue}`;
  if (keyword === 'minimum') return `must be at least ${params.limit}`;
  if (keyword === 'maximum') return `must be at most ${params.limit}`;
  if (keyword === 'minItems' || keyword === 'minLength' || keyword === 'minProperties') {
    if (params.limit === 1) return 'must not be empty';
    return `must have at least ${params.limit} ${keyword === 'minLength' ? 'characters' : 'entries'}`;
  }
  if (keyword === 'maxItems' || keyword === 'maxLength' || keyword === 'maxProperties') {
    return `must have at most ${params.limit} ${keyword === 'maxLength' ? 'characters' : 'entries'}`;
  }
  if (keyword === 'uniqueItems') return 'must not repeat an entry';
  return error.message ?? 'is not valid';
}

function choiceMessage(allowed: readonly unknown[], data: unknown): string {
  const names = [...new Set(allowed.map(String))];
  const near = typeof data === 'string' ? nearest(data, names) : undefined;
  return `must be one of ${names.join(', ')}${near === undefined ? '' : `; did you mean "${near}"?`}`;
}

const words: Readonly<Record<string, string>> = {
  object: 'settings (`name: value`)',
  array: 'a list',
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'nothing',
};

function wanted(error: ErrorObject): string {
  const types = [error.parentSchema?.type ?? error.params.type].flat().map(String);
  return types.map((type) => words[type] ?? type).join(' or ');
}

function given(data: unknown): string {
  if (Array.isArray(data)) return 'a list';
  if (typeof data === 'object') return 'settings';
  return typeof data === 'string'
    ? `the string ${JSON.stringify(data.length > 40 ? `${data.slice(0, 40)}…` : data)}`
    : `${data}`;
}

function remedy(error: ErrorObject): string {
  const type = error.params.type;
  const { data } = error;
  if (typeof data === 'string' && (type === 'integer' || type === 'number') && /^\d+$/.test(data))
    return '; write it without quotes';
  if (typeof data === 'string' && type === 'boolean' && /^(true|false)$/.test(data)) return '; write it without quotes';
  if (typeof data === 'string' && type === 'boolean' && /^(on|yes|off|no)$/i.test(data))
    return '; YAML has only true and false';
  if (typeof data === 'number' && type === 'string') return '; put it in quotes';
  if (typeof data === 'string' && type === 'array') return '; write it as [value]';
  return '';
}
