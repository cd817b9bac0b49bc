// An answer as a GenerateContentResponse.
import type { Answer, JsonObject, ReplyFacts } from '../../../core/index.ts';
import { formOf, spelled } from '../wire/spell.ts';
import { encodeCandidate } from './encode-candidate.ts';
import { encodeUsage } from './usage.ts';

export function encodeAnswer(answer: Answer, reply: ReplyFacts): JsonObject {
  const form = formOf(answer.extra);
  const own = answer.extra?.dialect === 'gemini';
  const usageMetadata = encodeUsage(answer.usage, form?.usageMetadata);
  const [only] = answer.candidates;
  const isAsItWas = answer.candidates.length === 1 && only?.parts.length === 0;
  const shape = isAsItWas ? form?.candidates : undefined;
  const candidates = answer.candidates.map((candidate) => encodeCandidate(candidate, reply));
  const id = answer.id ?? (own ? undefined : reply.callId);
  const model = answer.model ?? (own ? undefined : reply.model);
  const out: Record<string, unknown> = {
    ...(shape === 'absent' ? {} : { candidates: shape === 'empty' ? [] : candidates }),
    ...(shape === undefined || form?.promptFeedback === undefined ? {} : { promptFeedback: form.promptFeedback }),
    ...(usageMetadata === undefined ? {} : { usageMetadata }),
    ...(typeof form?.createTime === 'string' ? { createTime: form.createTime } : {}),
    ...(model === undefined ? {} : { modelVersion: model }),
    ...(id === undefined ? {} : { responseId: id }),
  };
  return spelled(out, answer.extra);
}
