// The values that stand at a path.
import { isFields } from './fields.ts';
import type { Path, Step } from './path.ts';

/** More than one only where the path says `[]`; empty where there is no such field. */
export function select(body: unknown, path: Path): readonly unknown[] {
  let found: readonly unknown[] = [body];
  for (const step of path) found = found.flatMap((value) => below(value, step));
  return found;
}

function below(value: unknown, step: Step): readonly unknown[] {
  if ('name' in step) return isFields(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : [];
  if (!Array.isArray(value)) return [];
  if ('each' in step) return value;
  return step.index < value.length && -step.index <= value.length ? [value.at(step.index)] : [];
}
