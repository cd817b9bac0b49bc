// Usage that nobody reported, and the usage reports of one stream joined.
import type { Usage } from '../core/index.ts';

/** Where nothing is known of caches and reasoning. */
export function plainUsage(input: number, output = 0): Usage {
  return { input, output, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, reasoning: 0 };
}

/**
 * Each report is cumulative, but a later one may leave out what an earlier one said (a dialect may give the input at the
 * start and only the output at the end): the larger figure of each wins.
 */
export function laterUsage(before: Usage | undefined, after: Usage | undefined): Usage | undefined {
  if (before === undefined || after === undefined) return after ?? before;
  return {
    input: Math.max(before.input, after.input),
    output: Math.max(before.output, after.output),
    cacheRead: Math.max(before.cacheRead, after.cacheRead),
    cacheWrite: Math.max(before.cacheWrite, after.cacheWrite),
    cacheWrite1h: Math.max(before.cacheWrite1h, after.cacheWrite1h),
    reasoning: Math.max(before.reasoning, after.reasoning),
  };
}
