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

/** Where the client named no output cap, which this dialect demands, and the provider none either. */
const usualMaxTokens = 8_192;

export function encodeThinking(
  conversation: Conversation,
  messages: readonly Draft[],
  choice: WrittenChoice | undefined,
  able: Abilities,
  to: Destination,
): Thinking {
  const { reasoning, maxOutputTokens, extra } = conversation;
  if (extra?.dialect === own) return verbatim(conversation, messages, to);
  const cap = maxOutputTokens ?? to.facts.maxOutputTokens ?? Math.min(usualMaxTokens, able.longest);
  if (reasoning === undefined || able.thinking === 'none') {
    if (reasoning !== undefined && isOn(reasoning)) to.notes.drop('reasoning');
    return { thinking: undefined, effort: undefined, maxTokens: cap };
  }
  const effort = able.thinking === 'adaptive' ? effortOf(reasoning, able) : undefined;
  if (!isOn(reasoning)) return { thinking: { type: 'disabled' }, effort, maxTokens: cap };
  const asked = isAsked(reasoning);
  // Who only says how much of it to show has not asked for it.
  if (!asked && able.thinking === 'budget') return { thinking: undefined, effort, maxTokens: cap };
  if (isForbidden(messages, choice)) {
    if (asked) to.notes.drop('reasoning');
    return { thinking: { type: 'disabled' }, effort, maxTokens: cap };
  }
  if (able.thinking === 'adaptive') {
    // Newer models leave the text out unless asked for it (wire.md, section 6).
    const display = reasoning.summary === 'none' ? 'omitted' : 'summarized';
    return { thinking: { type: 'adaptive', display }, effort, maxTokens: cap };
  }
  return budgeted(reasoning, cap, maxOutputTokens !== undefined, able);
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
  if (hasLostThinking(conversation) && isBrokenLoop(messages)) {
    to.notes.drop('reasoning');
    return { thinking: { type: 'disabled' }, effort, maxTokens };
  }
  const choice = formOf(extra).thinking ?? 'adaptive';
  const thinking =
    adaptive === true || budget === undefined
      ? { type: choice, ...display }
      : { type: 'enabled', budget_tokens: budget, ...display };
  return { thinking, effort, maxTokens };
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
function isForbidden(messages: readonly Draft[], choice: WrittenChoice | undefined): boolean {
  return choice?.type === 'any' || choice?.type === 'tool' || isBrokenLoop(messages);
}

/**
 * In the midst of a tool's work the assistant's message must begin with its thinking (CLIProxyAPI#420), which may have
 * been lost on the way.
 */
function isBrokenLoop(messages: readonly Draft[]): boolean {
  const last = asArray(messages.at(-1)?.content);
  if (!last?.some((block) => asObject(block)?.type === 'tool_result')) return false;
  const first = asObject(asArray(messages.at(-2)?.content)?.[0]);
  return first?.type !== 'thinking' && first?.type !== 'redacted_thinking';
}
