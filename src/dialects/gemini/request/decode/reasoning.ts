// `thinkingConfig`: a budget (2.5) or a level (3 and later), and whether thoughts are shown.
import type { Effort, JsonObject, ReasoningWish } from '../../../../core/index.ts';
import { type Inside, Members } from '../../wire/members.ts';

const efforts: Readonly<Record<string, Effort>> = { MINIMAL: 'minimal', LOW: 'low', MEDIUM: 'medium', HIGH: 'high' };

export interface DecodedReasoning {
  readonly reasoning: ReasoningWish | undefined;
  readonly inside: Inside;
  /** How the wish was written, for the request. */
  readonly form: JsonObject;
}

export function decodeReasoning(around: Members): DecodedReasoning {
  const config = around.object('thinkingConfig');
  if (config === undefined) return { reasoning: undefined, inside: { fields: undefined, form: {} }, form: {} };
  const members = new Members(config);
  const budget = members.number('thinkingBudget');
  let level: string | undefined;
  const effort = members.take('thinkingLevel', (value) => {
    level = typeof value === 'string' ? value : undefined;
    return level === undefined ? undefined : efforts[level.toUpperCase()];
  });
  const shown = members.flag('includeThoughts');
  const inside = members.inside('thinkingConfig');
  const reasoning: ReasoningWish = {
    ...(budget === 0 ? { enabled: false } : {}),
    ...(budget === undefined ? {} : { budget }),
    ...(effort === undefined ? {} : { effort }),
    ...(shown === undefined ? {} : { summary: shown ? 'auto' : 'none' }),
  };
  // Kept as a wish even where it says nothing, so that it returns.
  const written = effort === undefined || level === level?.toUpperCase() ? {} : { level };
  return { reasoning, inside, form: { thinking: true, ...written } };
}
