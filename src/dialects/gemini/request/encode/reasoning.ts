// How much to think, in the words of the model's generation (wire.md 6).
import type { Conversation, Destination, Effort, JsonObject, ReasoningWish } from '../../../../core/index.ts';
import { budgets, effortOf } from '../../../canonical/effort.ts';
import { formOf } from '../../wire/spell.ts';
import { type Family, familyOf, type Level } from '../families.ts';

const levels: Readonly<Record<Effort, Level>> = {
  none: 'MINIMAL',
  minimal: 'MINIMAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  xhigh: 'HIGH',
  max: 'HIGH',
};

const order: readonly Level[] = ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'];

export function encodeReasoning(conversation: Conversation, to: Destination): JsonObject | undefined {
  const { reasoning } = conversation;
  if (reasoning === undefined) return undefined;
  const form = formOf(conversation.extra);
  if (form?.thinking === true && isSayable(reasoning)) return asItWas(reasoning, form);
  const family = familyOf(to.model);
  const amount = amountOf(reasoning, family, to);
  const config = { ...amount, ...(isShown(reasoning) && isThinking(family) ? { includeThoughts: true } : {}) };
  return Object.keys(config).length === 0 ? undefined : config;
}

/** Who turns reasoning on elsewhere is shown it, unless it asks not to be; here it has to be asked for. */
function isShown({ enabled, summary }: ReasoningWish): boolean {
  return summary === undefined ? enabled === true : summary !== 'none';
}

/** A wish of this dialect's own client, unless a plugin made something else of it. */
function isSayable({ effort, adaptive, summary }: ReasoningWish): boolean {
  const isLevel = effort === undefined || effort === levels[effort].toLowerCase();
  return isLevel && adaptive === undefined && (summary === undefined || summary === 'auto' || summary === 'none');
}

function asItWas({ budget, effort, summary }: ReasoningWish, form: JsonObject): JsonObject {
  const level = effort === undefined ? undefined : levels[effort];
  const written = typeof form.level === 'string' && form.level.toUpperCase() === level ? form.level : level;
  return {
    ...(budget === undefined ? {} : { thinkingBudget: budget }),
    ...(written === undefined ? {} : { thinkingLevel: written }),
    ...(summary === undefined ? {} : { includeThoughts: summary !== 'none' }),
  };
}

function amountOf(reasoning: ReasoningWish, family: Family, { notes }: Destination): JsonObject {
  const isAmount = reasoning.enabled !== undefined || reasoning.effort !== undefined || reasoning.budget !== undefined;
  if (!isThinking(family)) {
    // An error where the model does not think at all; and where it must not, nothing is lost.
    if (isAmount && !isOff(reasoning)) notes.drop('reasoning');
    return {};
  }
  // Some models always think: the least they can is told, and that it is not what was asked for.
  if (isOff(reasoning) && family.budget?.off !== 0) notes.drop('reasoning');
  if (family.budget !== undefined) return inTokens(reasoning, family.budget, reasoning.adaptive === true);
  return inLevels(reasoning, family.levels);
}

function isOff({ enabled, effort, budget }: Pick<ReasoningWish, 'enabled' | 'effort' | 'budget'>): boolean {
  return enabled === false || effort === 'none' || budget === 0;
}

function isThinking({ levels: known, budget }: Family): boolean {
  return known.length > 0 || budget !== undefined;
}

function inTokens(
  { enabled, effort, budget }: ReasoningWish,
  limits: NonNullable<Family['budget']>,
  adaptive: boolean,
): JsonObject {
  if (isOff({ enabled, effort, budget })) return { thinkingBudget: limits.off };
  const wanted = budget ?? (effort === undefined ? undefined : budgets[effort]);
  if (wanted === undefined) return adaptive || enabled === true ? { thinkingBudget: -1 } : {};
  return { thinkingBudget: wanted < 0 ? -1 : Math.min(Math.max(wanted, limits.least), limits.most) };
}

function inLevels({ enabled, effort, budget }: ReasoningWish, known: readonly Level[]): JsonObject {
  const wanted = enabled === false ? 'MINIMAL' : effort === undefined ? levelOf(budget) : levels[effort];
  if (wanted === undefined) return {};
  const rank = order.indexOf(wanted);
  return { thinkingLevel: known.find((level) => order.indexOf(level) >= rank) ?? known.at(-1) };
}

function levelOf(budget: number | undefined): Level | undefined {
  const effort = budget === undefined ? undefined : effortOf(budget);
  return effort === undefined ? undefined : levels[effort];
}
