// The suffix of a model's name (`fast(high)`, `fast(8192)`) as a wish to reason.
import type { Conversation, Destination, ReasoningWish, Thinking } from '../../core/index.ts';

export function wishOf(thinking: Thinking): ReasoningWish {
  if (thinking === 'none' || thinking === 0) return { enabled: false, effort: 'none' };
  if (thinking === 'auto') return { adaptive: true };
  return typeof thinking === 'number' ? { budget: thinking } : { effort: thinking };
}

/** A conversation that says nothing but that, for encoders. */
export function wishing(
  reasoning: ReasoningWish,
  { model, stream }: Destination,
  more: Partial<Conversation> = {},
): Conversation {
  return { model, stream, turns: [], tools: [], reasoning, ...more };
}
