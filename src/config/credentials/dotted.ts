// Members of JSON by dotted path: `tokens.access_token`; `.` is the whole.
import { isTree, type Tree } from '../read/tree.ts';

/** `path` may be a list of its steps, where a name has dots. */
export function valueAt(root: unknown, path: string | readonly string[]): unknown {
  if (path === '.') return root;
  const steps = typeof path === 'string' ? path.split('.') : path;
  return steps.reduce<unknown>(
    (value, name) => (isTree(value) && Object.hasOwn(value, name) ? value[name] : undefined),
    root,
  );
}

/** The text there; undefined where there is none or it is empty. */
export function textAt(root: unknown, path: string): string | undefined {
  const value = valueAt(root, path);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** Whether something stands there: neither null nor empty. */
export function holds(root: unknown, path: string): boolean {
  const value = valueAt(root, path);
  return value !== undefined && value !== null && value !== '';
}

/** Sets in place; what is missing on the way is made. */
export function setAt(root: Tree, path: string, value: unknown): void {
  const names = path.split('.');
  const last = names.pop() ?? path;
  let place = root;
  for (const name of names) {
    const next = Object.hasOwn(place, name) ? place[name] : undefined;
    const inner: Tree = isTree(next) ? next : {};
    place[name] = inner;
    place = inner;
  }
  place[last] = value;
}
