// The plugin chain and what listeners, routes and keys change about it: known plugins, sound overrides, and settings
// that the plugin's own schema accepts once they are laid over those of the chain.

import type { Definition } from '../directories/inspect.ts';
import type { LoadedPlugin, Overrides, Settings } from '../loaded.ts';
import { settle } from '../normalise/settings.ts';
import { type Draft, entriesOf } from '../read/entries.ts';
import { type Path, pointerOf, valueIn } from '../read/places.ts';
import { isTree } from '../read/tree.ts';
import { suggest } from '../validate/nearest.ts';
import { findings } from '../validate/validate.ts';
import { findsKeys, lastFinder } from './key-finders.ts';

interface Link {
  readonly name: string;
  readonly path: Path;
  readonly on: boolean;
  readonly settings: Settings;
  readonly definition: Definition | undefined;
}

export interface ChainPlan {
  readonly plugins: readonly LoadedPlugin[];
  /** Pointer of a `plugins:` map of a listener, route or key -> what it says. */
  readonly overrides: ReadonlyMap<string, Overrides>;
  /** Where a plugin stands in the chain, whether on or off; -1 where it does not. */
  position(name: string): number;
  /** Whether a plugin is on, given override maps from the least to the most specific. */
  on(name: string, maps: readonly Path[]): boolean;
}

export function planChain(draft: Draft): ChainPlan {
  const links = readChain(draft);
  const plugins = links.flatMap((link) => {
    const settings = link.on ? judged(draft, link, link.settings, link.path) : completed(link);
    if (link.definition === undefined) return [];
    return [{ directory: link.definition.directory, on: link.on, settings: settings ?? {} }];
  });
  const overrides = new Map<string, Overrides>();
  for (const list of ['listeners', 'routes', 'keys']) {
    for (const entry of entriesOf(draft, list)) {
      const path = [...entry.path, 'plugins'];
      overrides.set(pointerOf(path), readOverrides(draft, path, links, list === 'keys'));
    }
  }
  return {
    plugins,
    overrides,
    position: (name) => links.findIndex((link) => link.name === name),
    on: (name, maps) => isOn(draft, links, name, maps),
  };
}

function readChain(draft: Draft): Link[] {
  const list = Array.isArray(draft.tree.plugins) ? draft.tree.plugins : [];
  const links: Link[] = [];
  for (const [index, item] of list.entries()) {
    const link = readLink(draft, item, ['plugins', index]);
    if (link === undefined) continue;
    const before = links.find((other) => other.name === link.name);
    if (before === undefined) {
      links.push(link);
      continue;
    }
    const where = draft.report.refer(before.path, link.path);
    draft.report.error(link.path, `the plugin "${link.name}" is already in the chain (${where})`, 'key');
  }
  return links;
}

function readLink(draft: Draft, item: unknown, path: Path): Link | undefined {
  const [name, value] = isTree(item) ? (Object.entries(item)[0] ?? []) : [item, true];
  if (typeof name !== 'string' || name === '') return undefined;
  const place = isTree(item) ? [...path, name] : path;
  const definition = draft.plugins.definitions.get(name);
  if (definition === undefined) {
    const message = `there is no plugin "${name}"${suggest(name, [...draft.plugins.definitions.keys()])}`;
    draft.report.error(place, message, 'key');
  }
  for (const problem of definition?.problems ?? []) if (problem.severity === 'error') draft.report.add(problem);
  const settings = isTree(value) ? value : {};
  return { name, path: place, on: value !== 'off' && value !== false, settings, definition };
}

function readOverrides(draft: Draft, path: Path, links: readonly Link[], ofKey: boolean): Overrides {
  const map = valueIn(draft.tree, path);
  const overrides: Record<string, Overrides[string]> = {};
  if (!isTree(map)) return overrides;
  for (const [name, value] of Object.entries(map)) {
    const place = [...path, name];
    const link = links.find((one) => one.name === name);
    if (link === undefined) {
      draft.report.error(place, outsideChain(draft, name, links), 'key');
      continue;
    }
    const finder = ofKey ? finderBehind(links, link) : undefined;
    if (finder !== undefined) {
      const reason = findsKeys(name) ? 'finds the key' : `runs before ${finder} finds the key`;
      draft.report.error(
        place,
        `a key cannot change "${name}", which ${reason}; change it on a route or listener`,
        'key',
      );
      continue;
    }
    if (value === 'off' || value === false) {
      overrides[name] = 'off';
      continue;
    }
    const laid = isTree(value) ? layOver(link.settings, value) : link.settings;
    const settings = judged(draft, link, laid, place);
    if (settings !== undefined) overrides[name] = { settings: own(settings, value) };
  }
  return overrides;
}

/** What the override itself says: less specific overrides keep the rest. */
function own(settings: Settings, written: unknown): Settings {
  const names = isTree(written) ? Object.keys(written) : [];
  return Object.fromEntries(Object.entries(settings).filter(([name]) => names.includes(name)));
}

function outsideChain(draft: Draft, name: string, links: readonly Link[]): string {
  if (draft.plugins.definitions.has(name)) {
    return `the plugin "${name}" is not in the chain; add \`- ${name}: off\` to \`plugins\` where it should stand`;
  }
  return `there is no plugin "${name}" in the chain${suggest(
    name,
    links.map((link) => link.name),
  )}`;
}

/** What finds the key at this link or later: too late for it to go by a key. */
function finderBehind(links: readonly Link[], link: Link): string | undefined {
  const last = lastFinder((name) => links.findIndex((one) => one.name === name));
  return last !== undefined && links.indexOf(link) <= last.at ? last.name : undefined;
}

/** Settings with defaults filled in and units settled, or undefined (and findings) where the plugin's schema objects. */
function judged(draft: Draft, link: Link, settings: Settings, path: Path): Settings | undefined {
  const { definition } = link;
  if (definition?.validate === undefined || definition.schema === undefined) return undefined;
  const value = structuredClone(settings);
  const found = findings(definition.validate, { value, path, ...referencesAt(draft, link, path) });
  for (const finding of found) {
    const inside = finding.path.slice(path.length);
    const inherited = [...link.path, ...inside];
    const own = draft.report.places.written(finding.path) || !draft.report.places.written(inherited);
    draft.report.error(own ? finding.path : inherited, finding.message, finding.at);
  }
  return found.length === 0 ? settle(definition.schema, value) : undefined;
}

/** Settings of a plugin that is off, as far as they go: an override that switches it on is judged with its own. */
function completed({ definition, settings }: Link): Settings {
  if (definition?.validate === undefined || definition.schema === undefined) return settings;
  const value = structuredClone(settings);
  definition.validate(value);
  return settle(definition.schema, value);
}

/** What an override inherits from the chain may have come from a reference there. */
function referencesAt(draft: Draft, link: Link, path: Path) {
  const [from, to] = [pointerOf(link.path), pointerOf(path)];
  const inherit = (pointers: ReadonlySet<string>) => {
    const inherited = [...pointers].filter((pointer) => pointer.startsWith(`${from}/`));
    return new Set([...pointers, ...inherited.map((pointer) => to + pointer.slice(from.length))]);
  };
  return { whole: inherit(draft.resolved.whole), referred: inherit(draft.resolved.referred) };
}

function layOver(base: Settings, over: Settings): Settings {
  const laid: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const below = laid[name];
    laid[name] = isTree(below) && isTree(value) ? layOver(below, value) : value;
  }
  return laid;
}

function isOn(draft: Draft, links: readonly Link[], name: string, maps: readonly Path[]): boolean {
  const link = links.find((one) => one.name === name);
  if (link === undefined) return false;
  return maps.reduce<boolean>((on, path) => {
    const value = valueIn(draft.tree, [...path, name]);
    return value === undefined ? on : value !== 'off' && value !== false;
  }, link.on);
}
