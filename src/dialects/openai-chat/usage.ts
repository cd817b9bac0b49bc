// Token counts of the many vendors that speak this dialect. Input includes cached tokens, output includes reasoning.
import type { Usage } from '../../core/index.ts';
import { asArray, asCount, asObject, type JsonObject } from '../json.ts';

export function readUsage(answer: unknown): Usage | undefined {
  const body = asObject(answer);
  const found = body && findUsage(body);
  if (found === undefined) return undefined;
  const total = asCount(found.total_tokens);
  const completion = asCount(found.completion_tokens) ?? asCount(found.output_tokens) ?? 0;
  // Rerankers report nothing but a total.
  const input = asCount(found.prompt_tokens) ?? asCount(found.input_tokens) ?? total;
  if (input === undefined) return undefined;
  const inputDetails = asObject(found.prompt_tokens_details) ?? asObject(found.input_tokens_details) ?? {};
  const outputDetails = asObject(found.completion_tokens_details) ?? asObject(found.output_tokens_details) ?? {};
  const reasoning = asCount(outputDetails.reasoning_tokens) ?? asCount(found.reasoning_tokens) ?? 0;
  const cacheRead =
    asCount(inputDetails.cached_tokens) ?? asCount(found.prompt_cache_hit_tokens) ?? asCount(found.cached_tokens) ?? 0;
  return {
    // Azure's Grok reports 161 cached of 7 prompt tokens: what cannot be a part was left out.
    input: cacheRead > input ? input + cacheRead : input,
    // xAI leaves reasoning out of completion_tokens; its total gives that away.
    output: total === input + completion + reasoning ? completion + reasoning : completion,
    cacheRead,
    cacheWrite: asCount(inputDetails.cache_write_tokens) ?? 0,
    cacheWrite1h: 0,
    reasoning,
  };
}

/** Usual place first, then Groq's, Moonshot's and that of Cohere's rerank. */
function findUsage(body: JsonObject): JsonObject | undefined {
  return (
    asObject(body.usage) ??
    asObject(asObject(body.x_groq)?.usage) ??
    asObject(asObject(asArray(body.choices)?.[0])?.usage) ??
    asObject(asObject(body.meta)?.tokens)
  );
}
