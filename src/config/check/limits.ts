// Limits that nobody would keep, and limits on cost that would not count everything. The plugin `rate-limit` keeps those
// of keys and routes; those of providers and accounts are kept where requests are sent.
import { type Draft, type Entry, entriesOf, wordsOf } from '../read/entries.ts';
import { type Path, valueIn } from '../read/places.ts';
import { isTree } from '../read/tree.ts';
import type { ChainPlan } from './chain.ts';
import { lastFinder } from './key-finders.ts';

const keeper = 'rate-limit';

export function checkLimits(draft: Draft, chain: ChainPlan): void {
  for (const key of entriesOf(draft, 'keys')) if (isTree(key.value.limits)) keptForKey(draft, chain, key);
  for (const route of entriesOf(draft, 'routes')) if (isTree(route.value.limits)) keptForRoute(draft, chain, route);
  if (valueIn(draft.tree, ['prices', 'unknown']) === 'free') warnUncounted(draft);
}

function keptForKey(draft: Draft, chain: ChainPlan, key: Entry): void {
  const path = [...key.path, 'limits'];
  if (!inChain(draft, chain, path)) return;
  const finder = lastFinder(chain.position);
  if (finder !== undefined && chain.position(keeper) < finder.at) {
    const { name } = finder;
    const message = `the plugin "${keeper}" keeps these limits, but stands before ${name} finds the key; move it after \`${name}\``;
    draft.report.error(path, message, 'key');
    return;
  }
  const allowed = wordsOf(key, 'routes').map(({ text }) => text);
  const doors = doorsOf(draft).filter(({ route }) => allowed.length === 0 || allowed.includes(route.name));
  warnWhenOff(draft, chain, path, doors, [[...key.path, 'plugins']]);
}

function keptForRoute(draft: Draft, chain: ChainPlan, route: Entry): void {
  const path = [...route.path, 'limits'];
  if (!inChain(draft, chain, path)) return;
  if (route.value.url !== undefined) warnUnmetered(draft, path);
  const doors = doorsOf(draft).filter((door) => door.route.name === route.name);
  warnWhenOff(draft, chain, path, doors, []);
}

function warnUnmetered(draft: Draft, path: Path): void {
  for (const kind of ['tokens', 'cost']) {
    if (valueIn(draft.tree, [...path, kind]) === undefined) continue;
    const message = 'nothing is counted against this limit: a route with `url` uses no tokens and no money known here';
    draft.report.warning([...path, kind], message);
  }
}

function inChain(draft: Draft, chain: ChainPlan, path: Path): boolean {
  if (chain.position(keeper) >= 0) return true;
  const message = `the plugin "${keeper}" keeps these limits, but is not in the chain; add \`- ${keeper}\` to \`plugins\` after auth`;
  draft.report.error(path, message, 'key');
  return false;
}

interface DoorEntry {
  readonly listener: Entry;
  readonly route: Entry;
}

/** Every route behind every listener that serves it. */
function doorsOf(draft: Draft): DoorEntry[] {
  return entriesOf(draft, 'listeners').flatMap((listener) => {
    const served = wordsOf(listener, 'routes').map(({ text }) => text);
    const routes = entriesOf(draft, 'routes').filter(({ name }) => served.length === 0 || served.includes(name));
    return routes.map((route) => ({ listener, route }));
  });
}

function warnWhenOff(
  draft: Draft,
  chain: ChainPlan,
  path: Path,
  doors: readonly DoorEntry[],
  own: readonly Path[],
): void {
  const isOn = ({ listener, route }: DoorEntry) =>
    chain.on(keeper, [[...listener.path, 'plugins'], [...route.path, 'plugins'], ...own]);
  if (doors.length === 0 || doors.some(isOn)) return;
  draft.report.warning(
    path,
    `nothing keeps these limits: the plugin "${keeper}" is off wherever they could apply`,
    'key',
  );
}

function warnUncounted(draft: Draft): void {
  const providers = entriesOf(draft, 'providers');
  const accounts = providers.flatMap(({ path }) => entriesOf(draft, ...path, 'accounts'));
  for (const entry of [...entriesOf(draft, 'routes'), ...providers, ...accounts, ...entriesOf(draft, 'keys')]) {
    const limits = entry.value.limits;
    if (!isTree(limits) || limits.cost === undefined) continue;
    const message = 'models without a price do not count against this limit, for `prices.unknown` is `free`';
    draft.report.warning([...entry.path, 'limits', 'cost'], message);
  }
}
