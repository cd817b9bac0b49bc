// All targets of a tree of candidates, in file order.
import type { Candidates, Target } from '../../core/index.ts';

export function targetsOf(candidates: Candidates): Target[] {
  return candidates.kind === 'accounts' ? [...candidates.targets] : candidates.members.flatMap(targetsOf);
}
