// Token counts of a message. `input_tokens` excludes cache reads and writes, so they are added to it.
// The last event of a stream may repeat the output count only: join the reports with laterUsage.
import type { Usage } from '../../core/index.ts';
import { asCount, asObject } from '../json.ts';

export function readUsage(answer: unknown): Usage | undefined {
  const usage = asObject(asObject(answer)?.usage);
  const fresh = asCount(usage?.input_tokens);
  const output = asCount(usage?.output_tokens);
  if (usage === undefined || (fresh === undefined && output === undefined)) return undefined;
  const cacheRead = asCount(usage.cache_read_input_tokens) ?? 0;
  const cacheWrite = asCount(usage.cache_creation_input_tokens) ?? 0;
  return {
    input: (fresh ?? 0) + cacheRead + cacheWrite,
    output: output ?? 0,
    cacheRead,
    cacheWrite,
    cacheWrite1h: asCount(asObject(usage.cache_creation)?.ephemeral_1h_input_tokens) ?? 0,
    reasoning: asCount(asObject(usage.output_tokens_details)?.thinking_tokens) ?? 0,
  };
}
