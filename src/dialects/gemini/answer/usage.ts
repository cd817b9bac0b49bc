// Token counts, written. The thoughts are counted apart from what the candidates say.
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, Usage } from '../../../core/index.ts';
import { readUsage } from '../usage.ts';

/** `raw`: as this API reported it, with its details; used while it says the same. */
export function encodeUsage(usage: Usage | undefined, raw: unknown): JsonObject | undefined {
  if (raw !== undefined && isDeepStrictEqual(readUsage({ usageMetadata: raw }), usage)) return raw as JsonObject;
  if (usage === undefined) return undefined;
  const { input, output, cacheRead, reasoning } = usage;
  return {
    promptTokenCount: input,
    candidatesTokenCount: Math.max(0, output - reasoning),
    totalTokenCount: input + output,
    ...(reasoning > 0 ? { thoughtsTokenCount: reasoning } : {}),
    ...(cacheRead > 0 ? { cachedContentTokenCount: cacheRead } : {}),
  };
}
