// What a model's name leads to, from alias to alias down to the upstreams.
import type { Candidates } from '../../core/index.ts';
import type { ModelTree } from './explanation.ts';

export function modelTree(candidates: Candidates): ModelTree {
  const { name, asked, foundAs, weight } = candidates;
  if (candidates.kind === 'group') {
    const { strategy, members } = candidates;
    return { kind: 'group', name, asked, foundAs, weight, strategy, members: members.map(modelTree) };
  }
  const upstreams = candidates.targets.map(({ provider, model }) => (model ? `${provider}/${model}` : provider));
  return { kind: 'accounts', name, asked, foundAs, weight, upstreams: [...new Set(upstreams)] };
}
