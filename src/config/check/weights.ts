// Accounts of one priority whose weights add up to nothing, where weights are what they are chosen by.
import { type Draft, type Entry, entriesOf } from '../read/entries.ts';
import type { ChainPlan } from './chain.ts';

const chooser = 'balancer';

export function checkWeights(draft: Draft, chain: ChainPlan): void {
  if (!isWeighted(chain)) return;
  for (const provider of entriesOf(draft, 'providers')) {
    const accounts = entriesOf(draft, ...provider.path, 'accounts').filter(({ value }) => value.enabled !== false);
    for (const tier of Map.groupBy(accounts, ({ value }) => value.priority).values()) checkTier(draft, tier);
  }
}

/** In the chain, or where a listener, route or key sets it so. */
function isWeighted({ plugins, overrides }: ChainPlan): boolean {
  const own = plugins.find(({ directory }) => directory.name === chooser)?.settings;
  const others = [...overrides.values()].map((override) => override[chooser]);
  const all = [own, ...others.map((other) => (typeof other === 'object' ? other.settings : undefined))];
  return all.some((settings) => settings?.strategy === 'weighted');
}

function checkTier(draft: Draft, tier: readonly Entry[]): void {
  const [first] = tier;
  if (first === undefined || tier.some(({ value }) => value.weight !== 0)) return;
  const message =
    tier.length === 1
      ? 'weight 0 means: only when the others of its priority fail; there are none'
      : 'the weights of all accounts of this priority are 0: none comes before the others';
  draft.report.warning([...first.path, 'weight'], message);
}
