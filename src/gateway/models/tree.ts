// What was found for a name, as it is remembered: a tree of candidates that is the same for every call, or one whose
// conditions are asked call by call.
import { type Candidates, GatewayError, type Skipped } from '../../core/index.ts';
import type { GatewayCall } from '../call/call.ts';
import type { Guard, Judgement } from './conditions/conditions.ts';
import { factsFor } from './conditions/facts.ts';
import { inWords, SkippedList } from './skipped.ts';
import { targetsOf } from './targets.ts';

export interface Tree {
  readonly candidates: Candidates;
  /** Undefined where nothing depends on the call. Throws `no-account` where nothing is left. */
  choose?(call: GatewayCall): Promise<Candidates>;
}

/** Combinations of answers that are remembered; a group has two or three conditions, not ten. */
const mostVariants = 256;

export function guardedTree(candidates: Candidates, guarded: ReadonlyMap<Candidates, Guard>): Tree {
  const guards = [...guarded];
  const names = new Set(guards.flatMap(([, { facts }]) => [...facts]));
  const variants = new Map<string, Candidates | undefined>();
  return { candidates, choose };

  async function choose(call: GatewayCall): Promise<Candidates> {
    const facts = await factsFor(call, names);
    const answers = guards.map(([, guard]) => guard.judge(facts));
    const id = answers.join(' ');
    let variant = variants.get(id);
    if (variant === undefined && !variants.has(id)) {
      variant = pruned(candidates, guards, answers);
      if (variants.size >= mostVariants) variants.clear();
      variants.set(id, variant);
    }
    if (variant === undefined) throw nobodyLeft(candidates, guards, answers);
    return variant;
  }
}

function pruned(
  root: Candidates,
  guards: readonly (readonly [Candidates, Guard])[],
  answers: readonly Judgement[],
): Candidates | undefined {
  const out = new Set<Candidates>();
  const list = new SkippedList();
  for (const [index, [member, guard]] of guards.entries()) {
    const answer = answers[index] ?? 'unclear';
    if (answer === 'holds') continue;
    out.add(member);
    for (const one of skippedIn(member, guard, answer)) list.add(one);
  }
  const left = without(root, out);
  if (left === undefined || out.size === 0) return left;
  for (const one of root.skipped ?? []) list.add(one);
  return { ...left, skipped: list.told, skippedMore: list.more + (root.skippedMore ?? 0) };
}

/** One for each model of a provider that the member leads to. */
function skippedIn(member: Candidates, { text }: Guard, answer: Judgement): Skipped[] {
  const reason =
    answer === 'fails'
      ? 'the condition of its target does not hold'
      : 'the condition of its target asks for what the request does not have';
  const models = new Map(targetsOf(member).map(({ provider, model }) => [`${provider} ${model}`, { provider, model }]));
  return [...models.values()].map((one) => ({ ...one, account: undefined, reason, when: text }));
}

/** Members that stay are the same objects: whoever remembers something of them finds it again. */
function without(candidates: Candidates, out: ReadonlySet<Candidates>): Candidates | undefined {
  if (candidates.kind === 'accounts') return candidates;
  const members = candidates.members.flatMap((member) => (out.has(member) ? [] : (without(member, out) ?? [])));
  if (members.length === 0) return undefined;
  const isSame = members.length === candidates.members.length && members.every((m, at) => m === candidates.members[at]);
  return isSame ? candidates : { ...candidates, members };
}

/** A target may have been left out before its condition was asked: then it is not the conditions alone. */
function nobodyLeft(
  { name, asked, skipped = [], skippedMore }: Candidates,
  guards: readonly (readonly [Candidates, Guard])[],
  answers: readonly Judgement[],
): GatewayError {
  const model = JSON.stringify((asked ?? name).slice(0, 100));
  const out = guards.flatMap(([member, guard], index) => skippedIn(member, guard, answers[index] ?? 'unclear'));
  const message =
    skipped.length === 0
      ? `No target of the model ${model} is meant for this request: no condition holds.`
      : `No account can serve the model ${model} for this request: ${inWords([...out, ...skipped], skippedMore)}.`;
  return new GatewayError('no-account', { message, param: 'model' });
}
