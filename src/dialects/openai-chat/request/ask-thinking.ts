// A request of this dialect, told how much the model shall think whatever it said of that itself.
import type { AskThinking } from '../../../core/index.ts';
import { wishing } from '../../canonical/thinking-wish.ts';
import { encodeReasoningWish } from './reasoning.ts';

/** In the vendor's own words and those that others have for it. */
const said = new Set(['reasoning_effort', 'reasoning', 'thinking']);

export const askThinking: AskThinking = (body, wish, to) => {
  const asked: Record<string, unknown> = {};
  encodeReasoningWish(wishing(wish, to), asked, to);
  return { ...Object.fromEntries(Object.entries(body).filter(([name]) => !said.has(name))), ...asked };
};
