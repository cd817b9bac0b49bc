// Plugins that find out whose call it is: what goes by keys works only behind the last of them.
import type { Draft } from '../read/entries.ts';
import { type Path, valueIn } from '../read/places.ts';
import type { ChainPlan } from './chain.ts';

const tokens = 'jwt-auth';
const finders = ['auth', tokens];

export interface Finder {
  readonly name: string;
  /** In the chain. */
  readonly at: number;
}

/** The last one in the chain. */
export function lastFinder(position: ChainPlan['position']): Finder | undefined {
  const found = finders.map((name) => ({ name, at: position(name) })).filter(({ at }) => at >= 0);
  return found.sort((one, other) => other.at - one.at)[0];
}

export function findsKeys(name: string): boolean {
  return finders.includes(name);
}

/** Whether nobody passes without a key, given override maps from the least to the most specific. */
export function refusesStrangers(draft: Draft, chain: ChainPlan, maps: readonly Path[]): boolean {
  if (chain.on('auth', maps)) return true;
  if (!chain.on(tokens, maps)) return false;
  const usual = chain.plugins.find(({ directory }) => directory.name === tokens)?.settings.required;
  const required = maps.reduce<unknown>(
    (value, path) => valueIn(draft.tree, [...path, tokens, 'required']) ?? value,
    usual,
  );
  return required !== false;
}
