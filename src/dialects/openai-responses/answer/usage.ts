// Token counts of an answer: input includes what was cached, output what was reasoned (wire.md 8).
import type { Usage } from '../../../core/index.ts';
import { asObject, type JsonObject } from '../../json.ts';
import type { Draft } from '../members.ts';

/** `before`: the counts of an answer of this dialect, which may have others among them, or fewer. */
export function encodeUsage(usage: Usage, before: JsonObject | undefined): Draft {
  const { input, output, cacheRead, cacheWrite, reasoning } = usage;
  const inputBefore = asObject(before?.input_tokens_details);
  const outputBefore = asObject(before?.output_tokens_details);
  const isOwn = before !== undefined;
  const draft: Draft = { ...before, input_tokens: input };
  if (inputBefore !== undefined || !isOwn || cacheRead + cacheWrite > 0) {
    const details: Draft = { ...inputBefore };
    if (!isOwn || cacheRead > 0 || inputBefore?.cached_tokens !== undefined) details.cached_tokens = cacheRead;
    if (!isOwn || cacheWrite > 0 || inputBefore?.cache_write_tokens !== undefined)
      details.cache_write_tokens = cacheWrite;
    draft.input_tokens_details = details;
  }
  draft.output_tokens = output;
  if (outputBefore !== undefined || !isOwn || reasoning > 0) {
    const told = !isOwn || reasoning > 0 || outputBefore?.reasoning_tokens !== undefined;
    draft.output_tokens_details = told ? { ...outputBefore, reasoning_tokens: reasoning } : outputBefore;
  }
  if (!isOwn || before.total_tokens !== undefined) draft.total_tokens = input + output;
  return draft;
}
