// What listeners bind and serve: no address twice, no path twice, and nothing public without client keys.
import { isIPv4 } from 'node:net';
import { type Draft, type Entry, entriesOf, wordsOf } from '../read/entries.ts';
import type { Path } from '../read/places.ts';
import { isTree } from '../read/tree.ts';
import type { ChainPlan } from './chain.ts';
import { refusesStrangers } from './key-finders.ts';

interface Binding {
  readonly path: Path;
  readonly what: string;
  readonly host: string;
  readonly port: number;
}

export function checkBindings(draft: Draft, chain: ChainPlan): void {
  const listeners = entriesOf(draft, 'listeners');
  const bindings = listeners.flatMap((listener) =>
    bindingOf(listener.path, `listener ${listener.name}`, listener.value),
  );
  const control = isTree(draft.tree.control) ? bindingOf(['control'], 'the control listener', draft.tree.control) : [];
  addressesOnce(draft, [...bindings, ...control]);
  for (const listener of listeners) {
    const routes = routesOf(draft, listener);
    pathsOnce(draft, routes);
    guarded(draft, listener, routes, chain);
  }
  const [door] = control;
  if (door !== undefined && !loopback(door.host) && entriesOf(draft, 'keys').length === 0) {
    draft.report.error([...door.path, 'host'], exposed(door.host, 'no client key is configured'));
  }
}

function bindingOf(path: Path, what: string, value: Readonly<Record<string, unknown>>): Binding[] {
  const { host, port } = value;
  return typeof host === 'string' && host !== '' && typeof port === 'number' ? [{ path, what, host, port }] : [];
}

function addressesOnce(draft: Draft, bindings: readonly Binding[]): void {
  for (const [index, binding] of bindings.entries()) {
    const before = bindings.slice(0, index).find((other) => clash(other, binding));
    if (before === undefined) continue;
    const path = [...binding.path, 'port'];
    const where = draft.report.refer([...before.path, 'port'], path);
    draft.report.error(path, `port ${binding.port} of ${binding.host} is already bound by ${before.what} (${where})`);
  }
}

/** Every address of the machine includes the one the other asks for. */
function clash(a: Binding, b: Binding): boolean {
  if (a.port !== b.port || a.port === 0) return false;
  const [one, other] = [plain(a.host), plain(b.host)];
  return one === other || everywhere(one) || everywhere(other);
}

function plain(host: string): string {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '');
  return name === 'localhost' ? '127.0.0.1' : name;
}

function everywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

function loopback(host: string): boolean {
  const name = plain(host);
  return name === '::1' || (isIPv4(name) && name.startsWith('127.'));
}

function routesOf(draft: Draft, listener: Entry): Entry[] {
  const routes = entriesOf(draft, 'routes');
  if (!Array.isArray(listener.value.routes)) return routes;
  const names = wordsOf(listener, 'routes').map((word) => word.text);
  return routes.filter((route) => names.includes(route.name));
}

function pathsOnce(draft: Draft, routes: readonly Entry[]): void {
  const first = new Map<string, { readonly path: Path; readonly route: string }>();
  for (const route of routes) {
    for (const { path, text } of wordsOf(route, 'paths')) {
      const prefix = text.replace(/\/+$/, '');
      const before = first.get(prefix);
      if (before === undefined) {
        first.set(prefix, { path, route: route.name });
        continue;
      }
      if (before.path === path) continue;
      const where = draft.report.refer(before.path, path);
      draft.report.error(path, `the path ${text} is already served by route ${before.route} (${where})`);
    }
  }
}

function guarded(draft: Draft, listener: Entry, routes: readonly Entry[], chain: ChainPlan): void {
  const { host } = listener.value;
  if (typeof host !== 'string' || host === '' || loopback(host)) return;
  const path = [...listener.path, 'host'];
  if (entriesOf(draft, 'keys').length === 0) {
    return draft.report.error(path, exposed(host, 'no client key is configured'));
  }
  const open = routes.find(
    (route) =>
      !refusesStrangers(draft, chain, [
        [...listener.path, 'plugins'],
        [...route.path, 'plugins'],
      ]),
  );
  if (open !== undefined) draft.report.error(path, exposed(host, `auth is off for route ${open.name}`));
}

function exposed(host: string, why: string): string {
  const remedy = why.startsWith('auth') ? 'switch auth on' : 'add an entry to `keys`';
  return `${host} is reachable from outside while ${why}; ${remedy} or bind 127.0.0.1`;
}
