// How many tokens of reasoning an effort stands for, and the other way round: one table for all dialects, so that a wish
// means the same wherever it goes. Figures as gateways and vendors' documentation use them (wire.md 6).
import type { Effort } from '../../core/index.ts';

export const budgets: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 512,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 32_768,
  max: 128_000,
};

const efforts: readonly Effort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** The least effort that allows so many tokens; undefined for -1, the model's own choice. */
export function effortOf(budget: number): Effort | undefined {
  return budget < 0 ? undefined : (efforts.find((effort) => budget <= budgets[effort]) ?? 'max');
}
