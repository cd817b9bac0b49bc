// How much the model shall reason: `reasoning_effort`, and the objects that OpenRouter and DeepSeek have for it.
import type { Conversation, Destination, Effort, ReasoningWish } from '../../../core/index.ts';
import { effortOf as effortOfBudget } from '../../canonical/effort.ts';
import { cannotReason, takenEffort } from '../../canonical/openai-models.ts';
import { asObject, type JsonObject } from '../../json.ts';
import { formOf, type Members, own } from '../members.ts';

const efforts: readonly unknown[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] satisfies Effort[];

export function decodeReasoningWish(members: Members): ReasoningWish | undefined {
  const effort = members.node.reasoning_effort;
  if (efforts.includes(effort)) {
    members.take('reasoning_effort');
    return { effort: effort as Effort, ...(effort === 'none' ? { enabled: false } : {}) };
  }
  const found = fromThinking(asObject(members.node.thinking));
  if (found !== undefined) return spelled(members, 'thinking', found);
  const routed = fromRouter(asObject(members.node.reasoning));
  return routed && spelled(members, 'reasoning', routed);
}

function spelled(members: Members, name: string, wish: ReasoningWish): ReasoningWish {
  members.take(name);
  members.form.reasoning = name;
  return wish;
}

/** DeepSeek, Moonshot, Zhipu: `thinking: {type: 'enabled' | 'disabled', budget_tokens}`. Undefined where there is more to it. */
function fromThinking(node: JsonObject | undefined): ReasoningWish | undefined {
  const { type, budget_tokens: budget, ...others } = node ?? {};
  if ((type !== 'enabled' && type !== 'disabled') || Object.keys(others).length > 0) return undefined;
  if (budget === undefined) return { enabled: type === 'enabled' };
  return typeof budget === 'number' ? { enabled: type === 'enabled', budget } : undefined;
}

/** OpenRouter: `reasoning: {effort, max_tokens, enabled, exclude}`. */
function fromRouter(node: JsonObject | undefined): ReasoningWish | undefined {
  if (node === undefined) return undefined;
  const { effort, max_tokens: budget, enabled, exclude, ...others } = node;
  const odd =
    Object.keys(others).length > 0 ||
    !(effort === undefined || efforts.includes(effort)) ||
    !(budget === undefined || typeof budget === 'number') ||
    !(enabled === undefined || typeof enabled === 'boolean') ||
    !(exclude === undefined || exclude === true);
  if (odd) return undefined;
  return {
    ...(enabled === undefined ? {} : { enabled }),
    ...(effort === undefined ? {} : { effort: effort as Effort }),
    ...(budget === undefined ? {} : { budget }),
    ...(exclude === undefined ? {} : { summary: 'none' }),
  };
}

export function encodeReasoningWish(
  { reasoning, extra }: Conversation,
  out: Record<string, unknown>,
  { model, notes }: Pick<Destination, 'model' | 'notes'>,
): void {
  if (reasoning === undefined) return;
  const { reasoning: spelling } = formOf(extra);
  const { enabled, effort, budget, summary } = reasoning;
  if (extra?.dialect !== own && cannotReason(model)) {
    if (enabled !== false) notes.drop('reasoning');
    return;
  }
  if (spelling === 'thinking' && effort === undefined) {
    out.thinking = {
      type: enabled === false ? 'disabled' : 'enabled',
      ...(budget === undefined ? {} : { budget_tokens: budget }),
    };
    return;
  }
  if (spelling === 'reasoning') {
    out.reasoning = {
      ...(enabled === undefined ? {} : { enabled }),
      ...(effort === undefined ? {} : { effort }),
      ...(budget === undefined ? {} : { max_tokens: budget }),
      ...(summary === 'none' ? { exclude: true } : {}),
    };
    return;
  }
  // No reasoning is no reasoning, whatever effort is named beside it: Claude Code does so (wire.md 15).
  const wanted = enabled === false && effort !== 'none' ? undefined : (effort ?? effortOf(budget));
  const word = wanted === undefined || extra?.dialect === own ? wanted : takenEffort(wanted, model);
  if (word !== undefined) out.reasoning_effort = word;
  // Models that cannot reason refuse even `none`.
  else if (enabled === false && extra?.dialect !== own) notes.drop('reasoning');
  if (summary !== undefined) notes.drop('reasoning.summary');
}

function effortOf(budget: number | undefined): Effort | undefined {
  return budget === undefined ? undefined : effortOfBudget(budget);
}
