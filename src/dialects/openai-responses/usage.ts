// Token counts of a response: input includes cached tokens, output includes reasoning.
import type { Usage } from '../../core/index.ts';
import { asCount, asObject } from '../json.ts';

export function readUsage(answer: unknown): Usage | undefined {
  const usage = asObject(asObject(answer)?.usage);
  const input = asCount(usage?.input_tokens);
  if (usage === undefined || input === undefined) return undefined;
  const inputDetails = asObject(usage.input_tokens_details);
  return {
    input,
    output: asCount(usage.output_tokens) ?? 0,
    cacheRead: asCount(inputDetails?.cached_tokens) ?? 0,
    cacheWrite: asCount(inputDetails?.cache_write_tokens) ?? 0,
    cacheWrite1h: 0,
    reasoning: asCount(asObject(usage.output_tokens_details)?.reasoning_tokens) ?? 0,
  };
}
