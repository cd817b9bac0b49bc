// The targets of a name of `models:`, as they were written: a name alone, or one with settings.
import type { Entry } from '../read/entries.ts';
import type { Path } from '../read/places.ts';
import { isTree, type Tree } from '../read/tree.ts';

export interface TargetEntry {
  readonly path: Path;
  /** Where its name stands. */
  readonly namePath: Path;
  /** With its thinking suffix. */
  readonly name: string;
  /** Its settings; empty for a name alone. */
  readonly value: Tree;
}

/** What is no target at all has been told of already, and is left out. */
export function targetsOf(model: Entry): TargetEntry[] {
  const targets = Array.isArray(model.value.targets) ? model.value.targets : [];
  return targets.flatMap((target: unknown, index): TargetEntry[] => {
    const path = [...model.path, 'targets', index];
    if (typeof target === 'string') return [{ path, namePath: path, name: target, value: {} }];
    if (!isTree(target) || typeof target.model !== 'string') return [];
    return [{ path, namePath: [...path, 'model'], name: target.model, value: target }];
  });
}
