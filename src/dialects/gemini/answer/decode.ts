// A GenerateContentResponse as an answer.
import { type Answer, type Candidate, GatewayError, type JsonObject, type Origin } from '../../../core/index.ts';
import { asObject, entryOf, errorMessage } from '../../json.ts';
import { readUsage } from '../usage.ts';
import { extraOf, Members } from '../wire/members.ts';
import { decodeCandidate } from './decode-candidate.ts';

export const tiers: Readonly<Record<string, string>> = {
  standard: 'default',
  flex: 'flex',
  priority: 'priority',
};

/** Throws `upstream-invalid` where the body is none. */
export function decodeAnswer(body: JsonObject, from: Origin): Answer {
  const members = new Members(body);
  const list = members.list('candidates');
  const id = members.text('responseId');
  const model = members.text('modelVersion');
  const created = members.text('createTime');
  const rawUsage = members.object('usageMetadata');
  const blocked = blockedPrompt(body, list);
  if (list === undefined && blocked === undefined && rawUsage === undefined) {
    const said = errorMessage(body);
    throw new GatewayError('upstream-invalid', said === undefined ? {} : { message: said });
  }
  if (blocked !== undefined) members.object('promptFeedback');
  const candidates = (list ?? []).map((candidate, at) => decodeCandidate(candidate, at, id ?? '', from));
  const usage = readUsage(body);
  const form = {
    ...members.spelling(),
    ...(rawUsage === undefined ? {} : { usageMetadata: rawUsage }),
    ...(created === undefined ? {} : { createTime: created }),
    ...(list === undefined || list.length === 0 ? { candidates: list === undefined ? 'absent' : 'empty' } : {}),
    ...(blocked === undefined ? {} : { promptFeedback: body.promptFeedback }),
  };
  const seconds = created === undefined ? Number.NaN : Math.floor(Date.parse(created) / 1000);
  const tier = entryOf(tiers, rawUsage?.serviceTier);
  return {
    ...(id === undefined ? {} : { id }),
    ...(model === undefined ? {} : { model }),
    ...(Number.isNaN(seconds) ? {} : { created: seconds }),
    candidates: candidates.length > 0 ? candidates : [blocked ?? silent],
    ...(usage === undefined ? {} : { usage }),
    ...(tier === undefined ? {} : { serviceTier: tier }),
    extra: { dialect: 'gemini', ...extraOf(members.rest(), form).extra },
  };
}

/** An answer has at least one candidate, be it one that never came. */
const silent: Candidate = { index: 0, parts: [], finish: { reason: 'other' } };

/** Undefined where the prompt was not refused. */
export function blockedPrompt(body: JsonObject, candidates: readonly unknown[] | undefined): Candidate | undefined {
  const feedback = new Members(asObject(body.promptFeedback) ?? {});
  const reason = feedback.text('blockReason');
  if (reason === undefined || (candidates !== undefined && candidates.length > 0)) return undefined;
  const message = feedback.text('blockReasonMessage');
  const finish = { reason: 'filtered', raw: reason, ...(message === undefined ? {} : { message }) } as const;
  return { index: 0, parts: [], finish };
}
