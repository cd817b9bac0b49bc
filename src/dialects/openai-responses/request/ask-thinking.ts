// A request of this dialect, told how much the model shall think whatever it said of that itself.
import type { AskThinking } from '../../../core/index.ts';
import { wishing } from '../../canonical/thinking-wish.ts';
import { asObject } from '../../json.ts';
import { encodeReasoningWish } from './wishes-out.ts';

export const askThinking: AskThinking = (body, wish, to) => {
  const { reasoning: said, ...others } = body;
  const { effort: _, ...kept } = asObject(said) ?? {};
  const reasoning = { ...kept, ...encodeReasoningWish(wishing(wish, to), to) };
  return Object.keys(reasoning).length === 0 ? others : { ...others, reasoning };
};
