// A request of this dialect, told how much the model shall think whatever it said of that itself.
import type { AskThinking, JsonObject } from '../../../core/index.ts';
import { wishing } from '../../canonical/thinking-wish.ts';
import { asObject } from '../../json.ts';
import { encodeReasoning } from './encode/reasoning.ts';

/** As it is spelled in the reference, and as some clients write it. */
const settings = ['generationConfig', 'generation_config'] as const;
const thinking = ['thinkingConfig', 'thinking_config'] as const;
const amounts = new Set(['thinkingBudget', 'thinking_budget', 'thinkingLevel', 'thinking_level']);

export const askThinking: AskThinking = (body, wish, to) => {
  const place = settings.find((name) => asObject(body[name]) !== undefined) ?? 'generationConfig';
  const config = asObject(body[place]) ?? {};
  const nest = thinking.find((name) => asObject(config[name]) !== undefined) ?? 'thinkingConfig';
  const asked = { ...withoutAmount(asObject(config[nest])), ...encodeReasoning(wishing(wish, to), to) };
  const { [nest]: _, ...others } = config;
  const told = Object.keys(asked).length === 0 ? others : { ...others, [nest]: asked };
  if (Object.keys(told).length === 0 && body[place] === undefined) return body;
  return { ...body, [place]: told };
};

function withoutAmount(said: JsonObject = {}): JsonObject {
  return Object.fromEntries(Object.entries(said).filter(([name]) => !amounts.has(name)));
}
