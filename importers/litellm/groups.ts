// Names clients ask for: the deployments behind each, and where requests go when these fail.
import type { Tree } from '../importer.ts';
import type { Source } from '../source.ts';
import type { Deployment } from './deployments.ts';

const strategies: Readonly<Record<string, string>> = {
  'simple-shuffle': 'random',
  'least-busy': 'least-busy',
  'latency-based-routing': 'latency',
  'cost-based-routing': 'cheapest',
  'usage-based-routing': 'least-used',
  'usage-based-routing-v2': 'least-used',
};

interface Fallback {
  readonly to: readonly string[];
  readonly on: readonly string[] | undefined;
}

export function groupsOf(source: Source, deployments: readonly Deployment[]): Tree[] {
  const routing = source.at('router_settings').at('routing_strategy').text() ?? 'simple-shuffle';
  const fallbacks = fallbacksOf(source);
  const byName = Map.groupBy(deployments, ({ name }) => name);
  const groups = [...byName].flatMap(([name, members]) =>
    groupOf(name, members, strategies[routing] ?? 'random', fallbacks.get(name) ?? [], byName),
  );
  return [...groups, ...aliasesOf(source)];
}

function groupOf(
  name: string,
  members: readonly Deployment[],
  strategy: string,
  fallbacks: readonly Fallback[],
  all: ReadonlyMap<string, unknown>,
): Tree[] {
  // Nothing to choose and nothing to rename: the pin says it.
  const own = withStrategy(name, members, strategy);
  const known = fallbacks
    .map(({ to, on }) => ({ on, to: to.filter((one) => all.has(one)) }))
    .filter(({ to }) => to.length > 0);
  if (known.length === 0) return own;
  const inner = `${name}-deployments`;
  const on = known.flatMap((fallback) => fallback.on ?? ['timeout', 'connect', '429', '5xx', 'auth', 'model']);
  const [first, ...rest] = own;
  return [
    { name, targets: [{ model: inner, on: [...new Set(on)] }, ...new Set(known.flatMap(({ to }) => to))] },
    { ...first, name: inner, hidden: true },
    ...rest,
  ];
}

/** Members of a lower `order` come first: groups within a group, tried one after the other. */
function withStrategy(name: string, members: readonly Deployment[], strategy: string): Tree[] {
  const orders = [...new Set(members.map(({ order }) => order ?? 0))].sort((a, b) => a - b);
  if (orders.length < 2) return [leaf(name, members, strategy)];
  const inner = orders.map((order) =>
    leaf(
      `${name}-${order}`,
      members.filter((one) => (one.order ?? 0) === order),
      strategy,
    ),
  );
  return [{ name, targets: inner.map((group) => group.name) }, ...inner.map((group) => ({ ...group, hidden: true }))];
}

function leaf(name: string, members: readonly Deployment[], strategy: string): Tree {
  const weighted = members.some(({ weight }) => weight !== undefined);
  const targets = members.map(({ target, account, weight }) => ({
    model: target,
    accounts: [account],
    ...(weight === undefined ? {} : { weight }),
  }));
  const chosen = weighted && strategy === 'random' ? 'weighted' : strategy;
  return { name, ...(targets.length < 2 ? {} : { strategy: chosen }), targets };
}

/** `[{ "a": ["b", "c"] }]`, in either place it may stand. */
function fallbacksOf(source: Source): Map<string, Fallback[]> {
  const found = new Map<string, Fallback[]>();
  const kinds = [
    ['fallbacks', undefined],
    ['context_window_fallbacks', ['context-length']],
    ['content_policy_fallbacks', ['content-policy']],
  ] as const;
  for (const section of ['router_settings', 'litellm_settings'])
    for (const [name, on] of kinds)
      for (const entry of source.at(section).at(name).list())
        for (const [from, to] of entry.members()) found.set(from, [...(found.get(from) ?? []), { to: to.texts(), on }]);
  return found;
}

function aliasesOf(source: Source): Tree[] {
  return source
    .at('router_settings')
    .at('model_group_alias')
    .members()
    .flatMap(([name, to]) => {
      const target = to.text() ?? to.at('model').text();
      return target === undefined
        ? []
        : [{ name, targets: [target], ...(to.at('hidden').yes() ? { hidden: true } : {}) }];
    });
}
