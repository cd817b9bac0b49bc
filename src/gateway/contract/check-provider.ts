// The contract check of a provider directory: behind `portico providers test`. What a directory declares is tried in the
// real engine against a loopback upstream; nothing leaves the machine and no account is needed.
import { basename, dirname, resolve } from 'node:path';
import type { Definition } from '../../config/directories/inspect.ts';
import type { Settings } from '../../config/loaded.ts';
import { type Case, casesOf } from './cases.ts';
import { checkErrors } from './check-errors.ts';
import { checkInMemory } from './check-in-memory.ts';
import { checkModels } from './check-models.ts';
import { checkParameters } from './check-parameters.ts';
import { checkRequest } from './check-request.ts';
import { checkStream } from './check-stream.ts';
import { type CheckResult, resultOf } from './result.ts';
import { Rig } from './rig.ts';
import { findSubject } from './subject.ts';

export type { CheckResult } from './result.ts';

export interface CheckOptions {
  /** Of the instance; checked against the directory's schema.json. */
  readonly settings?: Settings;
  /** Hears of each result as soon as it is there. */
  readonly onResult?: (result: CheckResult) => void;
}

/** `directory` is the path of a provider directory, inside one that is called `providers`. Does not throw for its faults. */
export async function checkProvider(directory: string, options: CheckOptions = {}): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for await (const result of check(resolve(directory), options)) {
    results.push(result);
    options.onResult?.(result);
  }
  return results;
}

async function* check(path: string, options: CheckOptions): AsyncGenerator<CheckResult> {
  if (basename(dirname(path)) !== 'providers') {
    return yield resultOf('directory', `${path} does not stand in a directory named providers`);
  }
  const definition = await findSubject(path);
  if (definition === undefined) return yield resultOf('directory', `there is no directory ${path}`);
  const { manifest } = definition;
  yield resultOf('manifest', problemsOf(definition), manifest?.title);
  if (manifest === undefined) return;
  const settings = { ...options.settings };
  if (definition.validate !== undefined) yield resultOf('settings', wrongSettings(definition.validate, settings));
  const opened = await Rig.open(definition, manifest, settings).catch((error: Error) => error);
  yield resultOf(
    'code',
    opened instanceof Error ? opened.message : undefined,
    definition.directory.code ? 'index' : 'none',
  );
  if (opened instanceof Error) return;
  await using rig = opened;
  yield* checkCases(rig, casesOf(manifest));
  yield* await checkModels(rig);
}

async function* checkCases(rig: Rig, cases: readonly Case[]): AsyncGenerator<CheckResult> {
  const withErrors = new Set<string>();
  for (const tried of cases) {
    if (rig.code.serve !== undefined) {
      yield* await checkInMemory(rig, tried);
      continue;
    }
    yield* await checkRequest(rig, tried);
    yield* await checkParameters(rig, tried);
    yield* await checkStream(rig, tried);
    // Errors are the dialect's: one operation of each stands for all.
    if (!withErrors.has(tried.dialect)) yield* await checkErrors(rig, tried);
    withErrors.add(tried.dialect);
  }
}

function problemsOf({ problems }: Definition): string | undefined {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return undefined;
  return errors.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`).join('; ');
}

function wrongSettings(validate: NonNullable<Definition['validate']>, settings: Settings): string | undefined {
  if (validate(settings)) return undefined;
  return (validate.errors ?? [])
    .map(({ instancePath, message }) => `${instancePath || 'settings'} ${message}`)
    .join('; ');
}
