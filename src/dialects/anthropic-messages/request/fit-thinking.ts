// How much to think, as the model in question can be told: newer ones by an effort, older ones by a budget of tokens.
import type { ReasoningWish } from '../../../core/index.ts';
import { budgets, effortOf as effortFor } from '../../canonical/effort.ts';
import type { Abilities } from '../abilities.ts';
import type { Thinking } from './encode-thinking.ts';

/** Less is refused. */
const smallest = 1_024;

/** The nearest effort the model knows, from the effort or the budget asked for. */
export function effortOf(wish: ReasoningWish, { efforts }: Abilities): string | undefined {
  const effort = wish.effort ?? (wish.budget === undefined ? undefined : effortFor(wish.budget));
  if (effort === undefined || effort === 'none') return undefined;
  if (efforts.includes(effort)) return effort;
  return effort === 'minimal' ? 'low' : 'high';
}

/**
 * The output cap includes thinking. A budget that the client named raises it; one that stands for an effort keeps below
 * the cap of the client, and beside the usual one where it named none. `isClients`: the client named the cap.
 */
export function budgeted(wish: ReasoningWish, cap: number, isClients: boolean, { longest }: Abilities): Thinking {
  const most = Math.max(longest, cap);
  if (wish.budget !== undefined && wish.budget > 0) {
    const budget = Math.max(Math.min(wish.budget, most - smallest), smallest);
    const enough = isClients && cap > budget ? cap : Math.min(budget + cap, most);
    return enabled(budget, Math.max(enough, budget + 1));
  }
  const wished = budgets[wish.effort ?? 'medium'];
  const budget = Math.max(smallest, Math.min(wished, (isClients ? cap : most) - smallest));
  // A cap too small for the smallest budget is meant for the answer.
  return enabled(
    budget,
    isClients ? Math.max(cap, budget + Math.min(cap, smallest)) : Math.max(Math.min(budget + cap, most), budget + 1),
  );
}

function enabled(budget: number, maxTokens: number): Thinking {
  return { thinking: { type: 'enabled', budget_tokens: budget }, effort: undefined, maxTokens };
}
