// References in strings: `${env:X}`, `${env:X:-default}`, `${file:path}`; `$${` is a literal `${`. A missing one is an
// error, except inside an account, where it takes only that account out of service.
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Report } from '../validate/report.ts';
import { type Path, pointerOf } from './places.ts';
import { isTree, type Tree } from './tree.ts';

export interface Resolved {
  /** Pointers of values that are one reference and nothing else: these may stand for a number or a boolean. */
  readonly whole: ReadonlySet<string>;
  /** Pointers of all strings that hold a reference. */
  readonly referred: ReadonlySet<string>;
  /** Every string that holds a reference, with what the references gave. */
  readonly found: readonly { readonly path: Path; readonly values: readonly string[] }[];
  /** Absolute paths of the files referred to. */
  readonly files: readonly string[];
  /** Pointer of an account -> why it cannot be used. */
  readonly disabled: ReadonlyMap<string, string>;
}

export type Piece = { readonly value: string; readonly reference: boolean } | { readonly missing: string };

const largestFile = 1024 * 1024;

/** Resolves all strings of the tree in place. */
export function resolveReferences(tree: Tree, env: NodeJS.ProcessEnv, report: Report): Resolved {
  const whole = new Set<string>();
  const found: { path: Path; values: string[] }[] = [];
  const files = new Set<string>();
  const disabled = new Map<string, string>();

  function text(value: string, path: Path): string | undefined {
    if (!value.includes('${')) return value;
    const directory = dirname(report.places.valueAt(path).file);
    const pieces = expand(value, env, directory, files);
    const missing = pieces.flatMap((piece) => ('missing' in piece ? [piece.missing] : []));
    const given = pieces.flatMap((piece) => ('missing' in piece ? [] : [piece]));
    if (missing.length > 0) return absent([...new Set(missing)].join('; '), path);
    const values = given.flatMap((piece) => (piece.reference ? [piece.value] : []));
    if (values.length > 0) found.push({ path, values });
    if (given.length === 1 && values.length === 1) whole.add(pointerOf(path));
    return given.map((piece) => piece.value).join('');
  }

  /** Undefined removes the setting from a disabled account, so that it is not judged as well. */
  function absent(reason: string, path: Path): string | undefined {
    if (!disables(path)) {
      report.lastWord(path, reason);
      return '';
    }
    const account = pointerOf(path.slice(0, 4));
    report.warning(path, `${reason}; this account is disabled`);
    disabled.set(account, disabled.get(account) ?? reason);
    return undefined;
  }

  function walk(value: unknown, path: Path): unknown {
    if (typeof value === 'string') return text(value, path);
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]));
    if (!isTree(value)) return value;
    const entries = Object.entries(value).map(([name, item]) => [name, walk(item, [...path, name])] as const);
    // Half a pair of keys is none: it is not judged for what it lacks.
    if (path.at(-1) === 'accessKey' && disables(path) && entries.some(([, item]) => item === undefined))
      return undefined;
    return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
  }

  for (const [name, value] of Object.entries(tree)) tree[name] = walk(value, [name]);
  const referred = new Set(found.map((one) => pointerOf(one.path)));
  return { whole, referred, found, files: [...files], disabled };
}

/** Settings of an account but its name: without a name there is nothing to disable. */
function disables(path: Path): boolean {
  return path[0] === 'providers' && path[2] === 'accounts' && path.length >= 5 && path[4] !== 'name';
}

/** Cuts a text into literal pieces and references. `files` collects what was looked at, readable or not. */
export function expand(text: string, env: NodeJS.ProcessEnv, directory: string, files: Set<string>): Piece[] {
  const pieces: Piece[] = [];
  let literal = '';
  let rest = text;
  while (rest !== '') {
    const start = rest.indexOf('${');
    if (start === -1) break;
    if (rest[start - 1] === '$') {
      literal += `${rest.slice(0, start - 1)}\${`;
      rest = rest.slice(start + 2);
      continue;
    }
    literal += rest.slice(0, start);
    if (literal !== '') pieces.push({ value: literal, reference: false });
    literal = '';
    const end = rest.indexOf('}', start);
    if (end === -1)
      return [...pieces, { missing: 'a reference that starts with "${" has no "}"; write $${ for a literal ${' }];
    pieces.push(lookUp(rest.slice(start + 2, end), env, directory, files));
    rest = rest.slice(end + 1);
  }
  literal += rest;
  if (literal !== '') pieces.push({ value: literal, reference: false });
  return pieces;
}

function lookUp(reference: string, env: NodeJS.ProcessEnv, directory: string, files: Set<string>): Piece {
  if (reference.includes('${')) return { missing: `"\${${reference}}" nests references, which is not possible` };
  const match = /^(env|file):(.+)$/s.exec(reference);
  const [, kind, target] = match ?? [];
  if (target === undefined) {
    return {
      missing: `"\${${reference}}" is not a reference; write \${env:NAME}, \${file:path}, or $\${ for a literal \${`,
    };
  }
  if (kind === 'file') return readSecret(resolve(directory, target), target, files);
  const cut = target.indexOf(':-');
  const name = cut === -1 ? target : target.slice(0, cut);
  if (!/^[A-Za-z_]\w*$/.test(name)) return { missing: `"${name}" cannot be the name of an environment variable` };
  const value = env[name] || (cut === -1 ? undefined : target.slice(cut + 2));
  if (value !== undefined) return { value, reference: true };
  const state = env[name] === undefined ? 'not set' : 'empty';
  return { missing: `the environment variable ${name} is ${state}; set it, or give a default: \${env:${name}:-…}` };
}

function readSecret(path: string, shown: string, files: Set<string>): Piece {
  files.add(path);
  try {
    const { size } = statSync(path);
    if (size > largestFile) return { missing: `the file ${shown} is larger than 1 MiB` };
    const value = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    return value === '' ? { missing: `the file ${shown} is empty` } : { value, reference: true };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { missing: `the file ${shown} ${code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`}` };
  }
}
