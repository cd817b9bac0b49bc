// What changes between two revisions, setting by setting: defaults filled in, list entries matched by name, secrets
// masked, each change with what it takes. References are compared as they are written, not as they resolve.
import { createColors } from 'picocolors';
import type { Document } from '../loaded.ts';
import { bytes, milliseconds } from '../normalise/units.ts';
import { mergeDocuments } from '../read/merge.ts';
import type { Path } from '../read/places.ts';
import { isTree, type Tree } from '../read/tree.ts';
import { schemaAt, schemasAlong } from '../validate/schema-path.ts';
import { gatewaySchema, validateGateway } from '../validate/validate.ts';
import { maskAt } from './mask.ts';

export type Effect = 'live' | 'drain' | 'rebind' | 'restart';

export interface Change {
  /** `listeners[api].port`. */
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** As text, secrets masked. */
  readonly before?: string;
  readonly after?: string;
  readonly effect: Effect;
}

/** Without `before`, everything that is written is added. Documents that are not YAML count as empty. */
export function diff(before: readonly Document[] | undefined, after: readonly Document[]): Change[] {
  const [old, now] = before === undefined ? [{}, written(after)] : [settled(before), settled(after)];
  const changes: Change[] = [];
  compare(old, now, [], '', changes);
  return changes;
}

function settled(documents: readonly Document[]): Tree {
  const tree = mergeDocuments(documents);
  // For the defaults it fills in; what it objects to has been told elsewhere.
  validateGateway(tree);
  return compared(tree);
}

function written(documents: readonly Document[]): Tree {
  return compared(mergeDocuments(documents));
}

/** `include` says where settings stand, not what they are. */
function compared({ $schema: _schema, include: _include, version: _version, ...tree }: Tree): Tree {
  return tree;
}

function compare(before: unknown, after: unknown, path: Path, shown: string, changes: Change[]): void {
  if (same(before, after, path)) return;
  if (isTree(before) && isTree(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(before[name], after[name], [...path, name], join(shown, name), changes);
    }
    return;
  }
  const [old, now] = [named(before, path), named(after, path)];
  // A list with an entry that has no name is told as a whole: what else would say that the entry is new?
  const matched = (old !== undefined || before === undefined) && (now !== undefined || after === undefined);
  if (matched && (old?.size ?? 0) + (now?.size ?? 0) > 0) {
    return compareLists(old ?? new Map(), now ?? new Map(), path, shown, changes);
  }
  changes.push(changeOf(before, after, path, shown));
}

type Named = ReadonlyMap<string, { readonly value: unknown; readonly index: number }>;

function compareLists(before: Named, after: Named, path: Path, shown: string, changes: Change[]): void {
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(name), after.get(name)];
    const index = now?.index ?? old?.index ?? 0;
    const inside = isChain(path) ? [...path, index, name] : [...path, index];
    if (old === undefined || now === undefined)
      changes.push(changeOf(old?.value, now?.value, inside, `${shown}[${name}]`));
    else compare(old.value, now.value, inside, `${shown}[${name}]`, changes);
  }
  const [was, is] = [commonOrder(before, after), commonOrder(after, before)];
  if (was === is) return;
  changes.push({ path: shown, kind: 'changed', before: `order ${was}`, after: `order ${is}`, effect: 'live' });
}

function commonOrder(list: Named, other: Named): string {
  return [...list.keys()].filter((name) => other.has(name)).join(', ');
}

/** The entries of a list by name, where every entry has one; of the chain, by the plugin's name. */
function named(list: unknown, path: Path): Named | undefined {
  if (!Array.isArray(list)) return undefined;
  const entries = list.map((value: unknown, index) => {
    return [nameOf(value, path), { value: isChain(path) ? settingsOf(value) : value, index }] as const;
  });
  const names = entries.map(([name]) => name);
  if (names.includes(undefined) || new Set(names).size < names.length) return undefined;
  return new Map(entries as [string, { value: unknown; index: number }][]);
}

function nameOf(value: unknown, path: Path): string | undefined {
  if (isChain(path)) return typeof value === 'string' ? value : isTree(value) ? Object.keys(value)[0] : undefined;
  return isTree(value) && typeof value.name === 'string' ? value.name : undefined;
}

/** `auth`, `auth: on` and `auth: true` say the same. */
function settingsOf(link: unknown): unknown {
  const value = isTree(link) ? Object.values(link)[0] : 'on';
  if (typeof value !== 'boolean') return value;
  return value ? 'on' : 'off';
}

function isChain(path: Path): boolean {
  return path.length === 1 && path[0] === 'plugins';
}

function same(before: unknown, after: unknown, path: Path): boolean {
  if (before === after) return true;
  const unit = schemaAt(gatewaySchema, path)?.['x-unit'];
  if (unit !== undefined && measurable(before) && measurable(after)) {
    const measure = unit === 'duration' ? milliseconds : bytes;
    return measure(before) === measure(after);
  }
  return JSON.stringify(before) === JSON.stringify(after);
}

function measurable(value: unknown): value is string | number {
  return typeof value === 'number' || (typeof value === 'string' && /^\d/.test(value));
}

function changeOf(before: unknown, after: unknown, path: Path, shown: string): Change {
  const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  return {
    path: shown,
    kind,
    ...(before === undefined ? {} : { before: textOf(before, path) }),
    ...(after === undefined ? {} : { after: textOf(after, path) }),
    effect: effectOf(path),
  };
}

function textOf(value: unknown, path: Path): string {
  const masked = maskAt(withoutDefaults(value, path), path);
  return typeof masked === 'string' ? masked : JSON.stringify(masked);
}

/** What is left is what somebody wrote. */
function withoutDefaults(value: unknown, path: Path): unknown {
  if (Array.isArray(value)) return value.map((item, index) => withoutDefaults(item, [...path, index]));
  if (!isTree(value)) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, withoutDefaults(item, [...path, name])] as const);
  return Object.fromEntries(entries.filter(([name, item]) => !isDefault(item, [...path, name])));
}

function isDefault(value: unknown, path: Path): boolean {
  const usual = schemaAt(gatewaySchema, path)?.default;
  return usual !== undefined && JSON.stringify(usual) === JSON.stringify(value);
}

/** Of the nearest setting above that says. */
function effectOf(path: Path): Effect {
  const said = schemasAlong(gatewaySchema, path).map((schema) => schema['x-change']);
  return (said.filter((effect) => effect !== undefined).at(-1) ?? 'live') as Effect;
}

function join(shown: string, name: string): string {
  if (!/^[\w$-]+$/.test(name)) return `${shown}[${JSON.stringify(name)}]`;
  return shown === '' ? name : `${shown}.${name}`;
}

const signs = { added: '+', removed: '-', changed: '~' } as const;

/** One line for each change, without a newline at the end. */
export function formatChanges(changes: readonly Change[], options: { readonly color?: boolean } = {}): string {
  const colors = createColors(options.color ?? false);
  const paint = { added: colors.green, removed: colors.red, changed: colors.yellow };
  return changes
    .map((change) => {
      const values = [change.before, change.after].filter((text) => text !== undefined).join(' -> ');
      return `${paint[change.kind](`${signs[change.kind]} ${change.path}`)}: ${values} ${colors.dim(`(${change.effect})`)}`;
    })
    .join('\n');
}
