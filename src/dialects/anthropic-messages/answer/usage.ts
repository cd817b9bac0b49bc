// Token counts as this dialect tells them: apart from each other, input without what was cached (wire.md, section 8).
import type { JsonObject, Usage } from '../../../core/index.ts';
import { given } from '../../canonical/given.ts';
import { asArray, asObject } from '../../json.ts';
import { type Draft, Members } from '../members.ts';

export interface UsageExtra {
  /** What there is no word for: `server_tool_use`, `inference_geo`. */
  readonly fields?: JsonObject;
  /** Counts that were not told: here a zero is said, and some leave it out. */
  readonly form?: JsonObject;
}

const counts = ['cache_creation_input_tokens', 'cache_read_input_tokens', 'cache_creation'] as const;

/** Beside the counts themselves (usage.ts beside this folder). */
export function decodeUsageExtra(usage: JsonObject): UsageExtra {
  const members = new Members(usage);
  for (const name of ['input_tokens', 'output_tokens']) members.take(name);
  members.string('service_tier');
  for (const name of counts) if (usage[name] !== null) members.take(name);
  const details = members.inner('output_tokens_details');
  if (details?.number('thinking_tokens') === 0) details.silence('thinking_tokens');
  const { fields, silent } = members.rest();
  const unsaid = counts.filter((name) => usage[name] === undefined || usage[name] === null);
  const thought = asObject(usage.output_tokens_details) !== undefined;
  const form = { ...(thought ? { thought } : {}), ...(unsaid.length > 0 ? { unsaid } : {}), ...given({ silent }) };
  return given({ fields, form: Object.keys(form).length > 0 ? form : undefined });
}

const unknown = { inference_geo: null, server_tool_use: null, service_tier: null };

/** `at`: the end of a stream tells no lifetimes of what was cached, unless there is something to tell. `verbatim`: the answer is of this dialect. */
export function encodeUsage(usage: Usage, at: 'start' | 'end', verbatim?: UsageExtra): Draft {
  const foreign = verbatim === undefined;
  const kept = verbatim ?? {};
  const { input, output, cacheRead, cacheWrite, cacheWrite1h, reasoning } = usage;
  const unsaid = asArray(kept.form?.unsaid) ?? [];
  const lifetimes = {
    ephemeral_5m_input_tokens: Math.max(0, cacheWrite - cacheWrite1h),
    ephemeral_1h_input_tokens: cacheWrite1h,
  };
  const tells = (name: string, value: number): boolean => value > 0 || !unsaid.includes(name);
  return {
    // Both are deducted (CLIProxyAPI#5956, higress#4148); a vendor that counts otherwise must not make it negative.
    input_tokens: Math.max(0, input - cacheRead - cacheWrite),
    ...(tells('cache_creation_input_tokens', cacheWrite) ? { cache_creation_input_tokens: cacheWrite } : {}),
    ...(tells('cache_read_input_tokens', cacheRead) ? { cache_read_input_tokens: cacheRead } : {}),
    ...((at === 'start' || cacheWrite1h > 0) && tells('cache_creation', cacheWrite)
      ? { cache_creation: lifetimes }
      : {}),
    output_tokens: output,
    ...(reasoning > 0 || kept.form?.thought === true
      ? { output_tokens_details: { ...asObject(kept.fields?.output_tokens_details), thinking_tokens: reasoning } }
      : {}),
    // Required by the official types, null where there is nothing to say.
    ...(foreign ? (at === 'start' ? unknown : { server_tool_use: null }) : {}),
    ...without(kept.fields, 'output_tokens_details'),
    ...without(asObject(kept.form?.silent), 'output_tokens_details'),
  };
}

function without(node: JsonObject | undefined, name: string): JsonObject {
  if (node === undefined) return {};
  const { [name]: _, ...others } = node;
  return others;
}
