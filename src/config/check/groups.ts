// Groups of `models:` that could never choose: weights that add up to nothing, conditions that are never asked; and
// members of a body that no target may set.
import { type Draft, type Entry, entriesOf } from '../read/entries.ts';
import { isTree } from '../read/tree.ts';
import { type TargetEntry, targetsOf } from './targets.ts';

/** What the gateway goes by, or what the client asks: set by a target it would be another request than the one allowed. */
const notToSet = ['model', 'stream', 'messages', 'input', 'contents', 'prompt'];

export function checkGroups(draft: Draft): void {
  for (const model of entriesOf(draft, 'models')) {
    const targets = targetsOf(model);
    if (model.value.strategy === 'weighted') checkWeights(draft, model, targets);
    if (model.value.strategy === 'conditional') checkOrder(draft, model, targets);
    for (const target of targets) checkSet(draft, target);
  }
}

function checkWeights(draft: Draft, model: Entry, targets: readonly TargetEntry[]): void {
  if (targets.length === 0 || targets.some(({ value }) => value.weight !== 0)) return;
  const message = 'the weights add up to 0, so none would ever be chosen first; give a target a weight above 0';
  draft.report.error([...model.path, 'targets'], message);
}

function checkOrder(draft: Draft, model: Entry, targets: readonly TargetEntry[]): void {
  if (targets.every(({ value }) => value.when === undefined)) {
    const message = '`conditional` goes by `when`, but no target has one; add `when` or use `fallback`';
    return draft.report.error([...model.path, 'strategy'], message);
  }
  const free = targets.findIndex(({ value }) => value.when === undefined);
  const hidden = free === -1 ? undefined : targets.slice(free + 1).find(({ value }) => value.when !== undefined);
  if (hidden === undefined) return;
  const where = draft.report.refer(targets[free]?.path ?? [], hidden.path);
  const message = `asked only when the target before it (${where}) fails, for that has no \`when\`; move that to the end`;
  draft.report.warning([...hidden.path, 'when'], message, 'key');
}

function checkSet(draft: Draft, { path, value: { set } }: TargetEntry): void {
  if (!isTree(set)) return;
  for (const name of Object.keys(set).filter((each) => notToSet.includes(each))) {
    const remedy = name === 'model' ? 'the target itself names the model' : 'only the client says it';
    draft.report.error([...path, 'set', name], `\`${name}\` cannot be set: ${remedy}`, 'key');
  }
}
