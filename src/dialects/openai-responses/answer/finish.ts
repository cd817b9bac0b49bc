// Why an answer ended: `status` and `incomplete_details` (wire.md 7).
import type { Finish, FinishReason, JsonObject, Part } from '../../../core/index.ts';
import { asObject, asString } from '../../json.ts';
import type { Draft } from '../members.ts';

export function decodeFinish(response: JsonObject, parts: readonly Pick<Part, 'kind'>[]): Finish {
  const status = asString(response.status);
  if (status === 'incomplete') return decodeIncomplete(response);
  const raw = status === undefined ? {} : { raw: status };
  if (status !== undefined && status !== 'completed') return { reason: 'other', ...raw };
  // The items say it: this dialect has no word for it.
  const kinds = new Set(parts.map(({ kind }) => kind));
  const reason = kinds.has('tool-call') ? 'tool' : kinds.has('refusal') ? 'refusal' : 'end';
  return { reason, ...raw };
}

function decodeIncomplete(response: JsonObject): Finish {
  const raw = asString(asObject(response.incomplete_details)?.reason);
  if (raw === 'max_output_tokens') return { reason: 'length', raw };
  return { reason: raw === 'content_filter' ? 'filtered' : 'other', raw: raw ?? 'incomplete' };
}

const incomplete: Partial<Record<FinishReason, string>> = {
  length: 'max_output_tokens',
  context: 'max_output_tokens',
  filtered: 'content_filter',
};

/** The members of a response that say how it ended. */
export function encodeFinish(finish: Finish): Draft {
  const reason = incomplete[finish.reason];
  if (reason !== undefined) return { status: 'incomplete', error: null, incomplete_details: { reason } };
  if (finish.reason === 'bad-call') {
    const message = finish.message ?? 'The model produced a tool call that could not be read.';
    return { status: 'failed', error: { code: 'server_error', message }, incomplete_details: null };
  }
  return { status: 'completed', error: null, incomplete_details: null };
}
