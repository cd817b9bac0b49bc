// Path -> route, dialect and operation. Static paths are one Map look-up; paths with a model in them are compared by
// what stands before and after it, because a model id may contain slashes. See docs/decisions/matching.md.
import type { IncomingHttpHeaders } from 'node:http';
import type { LoadedRoute } from '../../config/loaded.ts';
import type { Dialect, DialectName, Endpoint } from '../../core/index.ts';
import { dialectNames, dialects } from '../../dialects/index.ts';
import { guessDialect, preferred } from '../../dialects/recognise.ts';

export interface Match {
  readonly route: LoadedRoute;
  /** The whole path, with single slashes. */
  readonly path: string;
  /** The path below the route's prefix, starting with a slash. */
  readonly rest: string;
  readonly dialect: Dialect;
  /** Undefined: no dialect knows the path. */
  readonly endpoint: Endpoint | undefined;
  /** The model named in the path. */
  readonly model: string | undefined;
  /** The id in the path, as it is written there. */
  readonly id?: string | undefined;
  /** The path is known, but not with this method; the methods that are. */
  readonly allow: string | undefined;
  /** A dialect knows the path that may not be spoken on the route. */
  readonly leftOut?: boolean;
}

export type Matcher = (method: string, path: string, headers: IncomingHttpHeaders) => Match | undefined;

interface Entry {
  readonly dialect: Dialect;
  readonly endpoint: Endpoint;
}

interface Pattern {
  readonly kind: 'model' | 'id';
  readonly before: string;
  readonly after: string;
  readonly entries: readonly Entry[];
}

interface Table {
  readonly fixed: ReadonlyMap<string, readonly Entry[]>;
  /** Longest ending first: `{model}:count` before `{model}`. */
  readonly patterns: readonly Pattern[];
}

/** A matcher over the routes of one listener. The longest prefix wins. */
export function matcher(routes: readonly LoadedRoute[]): Matcher {
  const prefixes = routes
    .flatMap((route) => route.paths.map((path) => ({ prefix: path.replace(/\/+$/, ''), route, table: tableOf(route) })))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  return (method, path, headers) => {
    const clean = path.includes('//') ? path.replace(/\/{2,}/g, '/') : path;
    for (const { prefix, route, table } of prefixes) {
      if (!clean.startsWith(prefix)) continue;
      const rest = clean.slice(prefix.length);
      if (rest !== '' && !rest.startsWith('/')) continue;
      return { route, path: clean, rest: rest === '' ? '/' : rest, ...lookUp(table, route, method, rest, headers) };
    }
    return undefined;
  };
}

type Found = Pick<Match, 'dialect' | 'endpoint' | 'model' | 'id' | 'allow' | 'leftOut'>;

function lookUp(table: Table, route: LoadedRoute, method: string, rest: string, headers: IncomingHttpHeaders): Found {
  const path = rest.length > 1 && rest.endsWith('/') ? rest.slice(0, -1) : rest;
  const found = known(table, method, path, headers);
  if (found !== undefined) return found;
  return {
    dialect: dialects[guessDialect(path, route.dialects, headers)],
    endpoint: undefined,
    model: undefined,
    allow: undefined,
    leftOut: route.url === undefined && known(tableFor(dialectNames), method, path, headers) !== undefined,
  };
}

function known(table: Table, method: string, path: string, headers: IncomingHttpHeaders): Found | undefined {
  const fixed = table.fixed.get(path);
  if (fixed !== undefined) return choose(fixed, method, headers, undefined);
  for (const { before, after, kind, entries } of table.patterns) {
    if (!path.startsWith(before) || !path.endsWith(after) || path.length <= before.length + after.length) continue;
    const named = path.slice(before.length, path.length - after.length);
    if (kind === 'id' && named.includes('/')) continue;
    if (kind === 'id') return { ...choose(entries, method, headers, undefined), id: named };
    return choose(entries, method, headers, decoded(named));
  }
  return undefined;
}

function choose(
  entries: readonly Entry[],
  method: string,
  headers: IncomingHttpHeaders,
  model: string | undefined,
): Found {
  const asked = method === 'HEAD' ? 'GET' : method;
  const fitting = entries.filter((entry) => entry.endpoint.method === asked);
  const entry = prefer(fitting.length > 0 ? fitting : entries, headers);
  if (fitting.length > 0) return { dialect: entry.dialect, endpoint: entry.endpoint, model, allow: undefined };
  const allow = [...new Set(entries.map(({ endpoint }) => endpoint.method))].join(', ');
  return { dialect: entry.dialect, endpoint: undefined, model, allow };
}

/** Two dialects may share a path. */
function prefer(entries: readonly Entry[], headers: IncomingHttpHeaders): Entry {
  const first = entries[0] as Entry;
  if (entries.length === 1) return first;
  const names = entries.map(({ dialect }) => dialect.name);
  return entries.find(({ dialect }) => dialect.name === preferred(names, headers)) ?? first;
}

function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    // Not an encoding: the name is what it says.
    return text;
  }
}

const tables = new Map<string, Table>();

/** A plain forward knows no dialect: whatever its paths look like, they are the service's. */
function tableOf(route: LoadedRoute): Table {
  return tableFor(route.url === undefined ? route.dialects : []);
}

function tableFor(names: readonly DialectName[]): Table {
  const key = names.join();
  let table = tables.get(key);
  if (table === undefined) {
    table = makeTable(names);
    tables.set(key, table);
  }
  return table;
}

function makeTable(names: readonly DialectName[]): Table {
  const all = new Map<string, Entry[]>();
  for (const dialect of names.map((name) => dialects[name])) {
    for (const endpoint of dialect.endpoints) {
      all.set(endpoint.path, [...(all.get(endpoint.path) ?? []), { dialect, endpoint }]);
    }
  }
  const patterns = [...all].flatMap(([path, entries]) => patternOf(path, entries) ?? []);
  patterns.sort((a, b) => b.after.length - a.after.length || b.before.length - a.before.length);
  const fixed = new Map([...all].filter(([path]) => !path.includes('{')));
  return { fixed, patterns };
}

function patternOf(path: string, entries: readonly Entry[]): Pattern | undefined {
  const kind = path.includes('{id}') ? 'id' : 'model';
  const [before = '', after] = path.split(`{${kind}}`);
  return after === undefined ? undefined : { kind, before, after, entries };
}
