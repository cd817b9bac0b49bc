// Plugins that asked to see an answer, or to change it, in the canonical vocabulary.
import type { Delta } from '../../core/index.ts';
import type { Stage } from '../../dialects/canonical/stage.ts';

export type See = (delta: Delta) => void;
export type Change = (delta: Delta) => Delta | readonly Delta[];

export interface Onlookers {
  readonly watches: readonly See[];
  readonly changes: readonly Change[];
}

const nobody: Onlookers = { watches: [], changes: [] };

export function withWatch(onlookers: Onlookers = nobody, see: See): Onlookers {
  return { ...onlookers, watches: [...onlookers.watches, see] };
}

export function withRewrite(onlookers: Onlookers = nobody, change: Change): Onlookers {
  return { ...onlookers, changes: [...onlookers.changes, change] };
}

/** All of them as one step: changes in the order they were asked for, then those who watch, who see what the client is told. */
export function stageOf({ watches, changes }: Onlookers): Stage {
  return (delta) => {
    let deltas: readonly Delta[] = [delta];
    for (const change of changes) deltas = deltas.flatMap((each) => change(each));
    for (const each of deltas) for (const see of watches) see(each);
    return deltas;
  };
}
