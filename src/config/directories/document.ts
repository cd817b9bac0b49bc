// A YAML file of a provider directory, judged by its schema.
import type { ValidateFunction } from 'ajv';
import type { Issue } from '../loaded.ts';
import { parse } from '../read/parse.ts';
import { Places } from '../read/places.ts';
import { Report } from '../validate/report.ts';
import { check } from '../validate/validate.ts';

/** These files hold no references. */
export const written = { whole: new Set<string>(), referred: new Set<string>() };

export interface Reading {
  readonly validate: ValidateFunction;
  readonly problems: Issue[];
  /** What its schema cannot say; called with what the schema accepts. */
  readonly more?: (value: unknown, report: Report) => void;
}

/** Its value, or undefined when it is not valid: then a problem says why. */
export function readDocument(file: string, text: string, { validate, problems, more }: Reading): unknown {
  const parsed = parse({ path: file, text });
  const places = new Places(file);
  for (const { path, mark } of parsed.marks) places.set(path, mark);
  const report = new Report(places);
  for (const issue of parsed.issues) report.add(issue);
  if (!report.failed && check(validate, { value: parsed.value, path: [], ...written }, report)) {
    more?.(parsed.value, report);
  }
  problems.push(...report.sorted([file]));
  return report.failed ? undefined : parsed.value;
}
