// Token counts: the prompt includes cached content; tool prompts and thoughts are counted apart and belong to the input
// and the output. `candidatesTokenCount` is absent when nothing was produced. Every chunk of a stream repeats the counts.
import type { Usage } from '../../core/index.ts';
import { asArray, asCount, asObject } from '../json.ts';

export function readUsage(answer: unknown): Usage | undefined {
  // Without `alt=sse` a stream is one JSON array of chunks.
  const chunks = asArray(answer);
  if (chunks !== undefined) return chunks.map(readUsage).findLast((usage) => usage !== undefined);
  const usage = asObject(asObject(answer)?.usageMetadata);
  const prompt = asCount(usage?.promptTokenCount);
  const total = asCount(usage?.totalTokenCount);
  if (usage === undefined || (prompt === undefined && total === undefined)) return undefined;
  const reasoning = asCount(usage.thoughtsTokenCount) ?? 0;
  return {
    input: (prompt ?? 0) + (asCount(usage.toolUsePromptTokenCount) ?? 0),
    output: (asCount(usage.candidatesTokenCount) ?? 0) + reasoning,
    cacheRead: asCount(usage.cachedContentTokenCount) ?? 0,
    cacheWrite: 0,
    cacheWrite1h: 0,
    reasoning,
  };
}
