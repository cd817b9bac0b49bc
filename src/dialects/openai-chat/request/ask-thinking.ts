// A request of this dialect, told how much the model shall think whatever it said of that itself. Who says it in another
// vendor's words is told in those: so is the upstream.
import type { AskThinking, JsonObject, ReasoningWish } from '../../../core/index.ts';
import { wishing } from '../../canonical/thinking-wish.ts';
import { asObject } from '../../json.ts';
import { encodeReasoningWish } from './reasoning.ts';

export const askThinking: AskThinking = (body, wish, to) => {
  const { reasoning_effort: _, reasoning, thinking, ...others } = body;
  const routed = asObject(reasoning);
  if (routed !== undefined) return { ...others, reasoning: inRouter(routed, wish) };
  const asked: Record<string, unknown> = {};
  const isSwitch = asObject(thinking) !== undefined;
  if (isSwitch) asked.thinking = inSwitch(wish);
  if (!isSwitch || wish.effort !== 'none') encodeReasoningWish(wishing(wish, to), asked, to);
  return { ...others, ...asked };
};

/** OpenRouter. */
function inRouter(said: JsonObject, { enabled, effort, budget }: ReasoningWish): JsonObject {
  const { effort: _, max_tokens: __, enabled: ___, ...kept } = said;
  if (enabled === false) return { ...kept, enabled };
  if (effort !== undefined) return { ...kept, effort };
  return budget === undefined ? { ...kept, enabled: true } : { ...kept, max_tokens: budget };
}

/** DeepSeek, Moonshot, Zhipu. */
function inSwitch({ enabled, budget }: ReasoningWish): JsonObject {
  if (enabled === false) return { type: 'disabled' };
  return { type: 'enabled', ...(budget === undefined ? {} : { budget_tokens: budget }) };
}
