// What a plugin or provider directory says of itself in schema.json and provider.yaml, and what is wrong with that.
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ValidateFunction } from 'ajv';
import type { ProviderManifest } from '../../core/index.ts';
import type { Directory, Issue, ListedPrice } from '../loaded.ts';
import { parse } from '../read/parse.ts';
import { Places } from '../read/places.ts';
import { Report } from '../validate/report.ts';
import { check, compileSchema, type Schema, validateManifest, validatePluginSchema } from '../validate/validate.ts';
import { readDocument, written } from './document.ts';
import { checkLoginFlows } from './login-flows.ts';
import { readPrices } from './prices.ts';

export interface Definition {
  readonly directory: Directory;
  /** Of a provider. Undefined when it is missing or invalid. */
  readonly manifest: ProviderManifest | undefined;
  /** Of a provider: its prices.yaml. */
  readonly prices: readonly ListedPrice[];
  /** Of a plugin's settings, or of a provider's `settings`. */
  readonly schema: Schema | undefined;
  readonly validate: ValidateFunction | undefined;
  readonly problems: readonly Issue[];
}

/** The last definition of each directory: unchanged bytes are not read, compiled or judged again. */
const remembered = new Map<string, Definition>();

export async function inspect(kind: 'plugins' | 'providers', directory: Directory): Promise<Definition> {
  const known = remembered.get(directory.path);
  if (known !== undefined && known.directory.digest === directory.digest) return known;
  const definition = kind === 'plugins' ? await inspectPlugin(directory) : await inspectProvider(directory);
  remembered.set(directory.path, definition);
  return definition;
}

async function inspectPlugin(directory: Directory): Promise<Definition> {
  const problems: Issue[] = [];
  const settings = await readSettingsSchema(directory, problems);
  const at = { file: directory.path, line: 1, column: 1, path: '' };
  if (settings === undefined && problems.length === 0) {
    problems.push({ severity: 'error', ...at, message: 'a plugin directory needs a schema.json' });
  }
  if (!directory.code) {
    problems.push({ severity: 'error', ...at, message: 'a plugin directory needs an index.ts, index.js or index.mjs' });
  }
  if (!(await exists(join(directory.path, 'README.md')))) {
    problems.push({ severity: 'warning', ...at, message: 'a plugin directory should have a README.md' });
  }
  return {
    directory,
    manifest: undefined,
    prices: [],
    schema: settings?.schema,
    validate: settings?.validate,
    problems,
  };
}

async function inspectProvider(directory: Directory): Promise<Definition> {
  const problems: Issue[] = [];
  const file = join(directory.path, 'provider.yaml');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const settings = await readSettingsSchema(directory, problems);
  const prices = await readPrices(directory, problems);
  const rest = { directory, prices, schema: settings?.schema, validate: settings?.validate };
  if (text === undefined) {
    const message = 'a provider directory needs a provider.yaml';
    problems.push({ severity: 'error', file: directory.path, line: 1, column: 1, path: '', message });
    return { ...rest, manifest: undefined, problems };
  }
  const manifest = readDocument(file, text, {
    validate: validateManifest,
    problems,
    more: (value, report) => checkLoginFlows((value as ProviderManifest).oauth ?? {}, report),
  }) as ProviderManifest | undefined;
  return { ...rest, manifest, problems };
}

/** Undefined when there is none, or when it is not usable: then a problem says why. */
async function readSettingsSchema(
  directory: Directory,
  problems: Issue[],
): Promise<{ schema: Schema; validate: ValidateFunction } | undefined> {
  const file = join(directory.path, 'schema.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const places = new Places(file);
  const report = new Report(places);
  const schema = parseJson(text, file, report);
  if (schema !== undefined && check(validatePluginSchema, { value: schema.value, path: [], ...written }, report)) {
    try {
      return { schema: schema.value as Schema, validate: compileSchema(schema.value as Schema) };
    } catch (error) {
      report.error([], `the schema is not valid: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  problems.push(...report.sorted([file]));
  return undefined;
}

/** JSON is YAML: the same reader finds the places. */
function parseJson(text: string, file: string, report: Report): { value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    for (const { path, mark } of parse({ path: file, text }).marks) report.places.set(path, mark);
    return { value };
  } catch (error) {
    const [, what, line = 1, column = 1] =
      /^(.*?)(?: at position \d+)?(?: \(line (\d+) column (\d+)\))?$/s.exec((error as Error).message) ?? [];
    const place = { file, line: Number(line), column: Number(column) };
    report.add({ severity: 'error', ...place, path: '', message: `not valid JSON: ${what}` });
    return undefined;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
