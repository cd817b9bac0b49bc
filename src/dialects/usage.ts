// Joining the usage reports of one stream. Each report is cumulative, but a later one may leave out what an earlier one
// said (a dialect may give the input at the start and only the output at the end): the larger figure of each wins.
import type { Usage } from '../core/index.ts';

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
