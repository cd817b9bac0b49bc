// The wish to reason -> `thinking`, `output_config.effort` and the output cap that includes it (wire.md, section 6).
import type { Conversation, Destination, ReasoningWish } from '../../../core/index.ts';
import { asArray, asObject } from '../../json.ts';
import type { Abilities } from '../abilities.ts';
import { type Draft, formOf, own } from '../members.ts';
import type { WrittenChoice } from './encode-tool-choice.ts';
import { budgeted, effortOf } from './fit-thinking.ts';

export interface Thinking {
  readonly thinking: Draft | undefined;
  readonly effort: string | undefined;
  readonly maxTokens: number | undefined;
}

export function encodeThinking(
  conversation: Conversation,
  messages: readonly Draft[],
  choice: WrittenChoice | undefined,
  able: Abilities,
  to: Destination,
): Thinking {
  const { reasoning, maxOutputTokens, extra } = conversation;
  if (extra?.dialect === own) return verbatim(conversation, messages, to);
  const cap = capOf(maxOutputTokens, able, to);
  if (reasoning === undefined || able.thinking === 'none') {
    if (reasoning !== undefined && isOn(reasoning)) to.notes.drop('reasoning');
    return { thinking: undefined, effort: undefined, maxTokens: cap };
  }
  const effort = able.thinking === 'adaptive' ? effortOf(reasoning, able) : undefined;
  if (!isOn(reasoning)) return switchedOff(effort, cap, able, to);
  if (able.thinking === 'adaptive') {
    // Newer models leave the text out unless asked for it (wire.md, section 6).
    const display = reasoning.summary === 'none' ? 'omitted' : 'summarized';
    return { thinking: { type: 'adaptive', display }, effort, maxTokens: cap };
  }
  // Who only says how much of it to show has not asked for it.
  if (!isAsked(reasoning)) return { thinking: undefined, effort, maxTokens: cap };
  if (isForced(choice) || isBrokenLoop(messages)) {
    to.notes.drop('reasoning');
    return { thinking: { type: 'disabled' }, effort, maxTokens: cap };
  }
  return budgeted(reasoning, cap, maxOutputTokens !== undefined, able);
}

/** The client may have had a model in mind that writes more. */
function capOf(named: number | undefined, able: Abilities, { facts, notes }: Destination): number {
  if (named === undefined) return facts.maxOutputTokens ?? able.usual;
  if (!able.refusesMore || named <= able.longest) return named;
  notes.drop('maxOutputTokens');
  return able.longest;
}

/** Models that always think are told to think little. "disabled" beside an effort above `high` is refused. */
function switchedOff(
  effort: string | undefined,
  maxTokens: number,
  { off }: Abilities,
  { notes }: Destination,
): Thinking {
  if (off === undefined) {
    notes.drop('reasoning');
    return { thinking: undefined, effort: 'low', maxTokens };
  }
  const modest = effort === 'xhigh' || effort === 'max' ? 'high' : effort;
  return { thinking: { type: off }, effort: modest, maxTokens };
}

/** As a client of this dialect said it. */
function verbatim(conversation: Conversation, messages: readonly Draft[], to: Destination): Thinking {
  const { reasoning = {}, maxOutputTokens, extra } = conversation;
  const { enabled, adaptive, budget, summary, effort } = reasoning;
  const maxTokens = maxOutputTokens;
  const display = summary === undefined ? {} : { display: summary === 'none' ? 'omitted' : 'summarized' };
  if (enabled === undefined && adaptive === undefined && budget === undefined) {
    return { thinking: undefined, effort, maxTokens };
  }
  if (enabled === false) return { thinking: { type: 'disabled' }, effort, maxTokens };
  if (adaptive === true || budget === undefined) {
    return { thinking: { type: formOf(extra).thinking ?? 'adaptive', ...display }, effort, maxTokens };
  }
  if (hasLostThinking(conversation) && isBrokenLoop(messages)) {
    to.notes.drop('reasoning');
    return { thinking: { type: 'disabled' }, effort, maxTokens };
  }
  return { thinking: { type: 'enabled', budget_tokens: budget, ...display }, effort, maxTokens };
}

function isOn({ enabled, effort, budget }: ReasoningWish): boolean {
  return enabled !== false && effort !== 'none' && budget !== 0;
}

function isAsked({ enabled, adaptive, effort, budget }: ReasoningWish): boolean {
  return enabled === true || adaptive === true || effort !== undefined || budget !== undefined;
}

/** Whether some reasoning is not this vendor's, and so not sent. */
function hasLostThinking({ turns }: Conversation): boolean {
  return turns.some(({ parts }) =>
    parts.some(
      (part) =>
        part.kind === 'reasoning' && (part.opaque?.origin !== undefined || formOf(part.extra).unsigned === true),
    ),
  );
}

/** "Thinking may not be enabled when tool_choice forces tool use" (mastra#7507). */
function isForced(choice: WrittenChoice | undefined): boolean {
  return choice?.type === 'any' || choice?.type === 'tool';
}

/**
 * In the midst of a tool's work the assistant's message must begin with its thinking (CLIProxyAPI#420), which may have
 * been lost on the way. Both rules are those of a budget; a model that thinks as it sees fit needs neither.
 */
function isBrokenLoop(messages: readonly Draft[]): boolean {
  const last = asArray(messages.at(-1)?.content);
  if (!last?.some((block) => asObject(block)?.type === 'tool_result')) return false;
  const first = asObject(asArray(messages.at(-2)?.content)?.[0]);
  return first?.type !== 'thinking' && first?.type !== 'redacted_thinking';
}
