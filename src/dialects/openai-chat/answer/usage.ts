// `usage`: totals that include what the details tell (wire.md 8).
import type { Usage } from '../../../core/index.ts';
import { asObject, type JsonObject } from '../../json.ts';

/** Zeros are told: clients add them up. */
export function encodeUsage(usage: Usage): Record<string, unknown> {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cacheRead, cache_write_tokens: usage.cacheWrite },
    completion_tokens_details: { reasoning_tokens: usage.reasoning },
  };
}

export interface UsageRest {
  /** Members that a vendor tells besides, or in another way. */
  readonly more: JsonObject | undefined;
  /** Members that it leaves out. */
  readonly less: readonly string[] | undefined;
}

/** How a vendor's own figures differ from those that would be written for them. */
export function restOf(raw: JsonObject, usage: Usage): UsageRest {
  const less: string[] = [];
  const more = difference(raw, encodeUsage(usage), '', less);
  return { more: Object.keys(more).length === 0 ? undefined : more, less: less.length === 0 ? undefined : less };
}

function difference(raw: JsonObject, written: JsonObject, path: string, less: string[]): JsonObject {
  const more: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(raw)) {
    const inner = asObject(written[name]);
    const given = asObject(value);
    if (inner !== undefined && given !== undefined) {
      const deeper = difference(given, inner, `${path}${name}.`, less);
      if (Object.keys(deeper).length > 0) more[name] = deeper;
    } else if (value !== written[name]) more[name] = value;
  }
  for (const name of Object.keys(written)) if (!(name in raw)) less.push(`${path}${name}`);
  return more;
}

/** The figures of an answer of this dialect in the way its vendor tells them. */
export function encodeOwnUsage(usage: Usage, { more, less }: UsageRest): JsonObject {
  const out = merged(encodeUsage(usage), more ?? {});
  for (const path of less ?? []) {
    const [name = '', inner] = path.split('.');
    if (inner === undefined) delete out[name];
    else delete (out[name] as Record<string, unknown>)[inner];
  }
  return out;
}

function merged(out: Record<string, unknown>, more: JsonObject): Record<string, unknown> {
  for (const [name, value] of Object.entries(more)) {
    const there = asObject(out[name]);
    const given = asObject(value);
    out[name] = there !== undefined && given !== undefined ? merged({ ...there }, given) : value;
  }
  return out;
}
