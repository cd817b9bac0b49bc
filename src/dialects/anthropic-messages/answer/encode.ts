// An answer -> a message.
import type { Answer, JsonObject, Part, ReplyFacts, Usage } from '../../../core/index.ts';
import { asArray, asObject } from '../../json.ts';
import { fieldsOf, formOf, own, written } from '../members.ts';
import { optional } from './decode.ts';
import { encodeAnswerPart } from './encode-part.ts';
import { encodeFinish } from './finish.ts';
import { encodeUsage } from './usage.ts';

export function encodeAnswer(answer: Answer, reply: ReplyFacts): JsonObject {
  const [candidate, ...others] = answer.candidates;
  if (others.length > 0) reply.lost('candidates');
  const { extra } = answer;
  const parts = candidate?.parts ?? [];
  const ending = { finish: candidate?.finish ?? { reason: 'other' }, extra: candidate?.extra } as const;
  const stop = encodeFinish(ending, extra?.dialect === own, parts.some(isCall));
  const kept = { fields: asObject(fieldsOf(extra).usage) ?? {}, form: asObject(formOf(extra).usage) ?? {} };
  const usage = encodeUsage(answer.usage ?? nothing, 'start', kept);
  const { usage: _, ...fields } = fieldsOf(extra);
  const draft = {
    id: messageId(answer.id, extra, reply),
    type: 'message',
    role: 'assistant',
    model: answer.model ?? reply.model,
    content: parts.flatMap((part, index) => encodeAnswerPart(part, index, extra?.dialect === own, reply)),
    ...stop,
    container: undefined as unknown,
    usage: { ...usage, service_tier: tierOf(answer) },
  };
  if (extra?.dialect !== own) return { ...draft, container: null };
  return written(withoutUnsaid(draft, extra), { ...extra, fields });
}

function isCall({ kind }: Part): boolean {
  return kind === 'tool-call';
}

const nothing: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, reasoning: 0 };

/** Ids of other dialects would look strange here; the call's own id is as good. */
export function messageId(id: string | undefined, extra: Answer['extra'], { callId }: ReplyFacts): string {
  if (id !== undefined && extra?.dialect === own) return id;
  return `msg_${callId.replace(/[^a-zA-Z0-9]/g, '')}`;
}

/** `standard`, `priority`, `batch` here. */
export function tierOf({ serviceTier, extra }: Pick<Answer, 'serviceTier' | 'extra'>): string | undefined {
  if (extra?.dialect === own) return serviceTier;
  if (serviceTier === 'priority') return serviceTier;
  return serviceTier === undefined ? undefined : 'standard';
}

function withoutUnsaid(draft: Record<string, unknown>, extra: Answer['extra']): Record<string, unknown> {
  const unsaid = asArray(formOf(extra).unsaid) ?? [];
  for (const name of optional) if (unsaid.includes(name) && draft[name] === null) delete draft[name];
  return { ...draft, usage: written({ ...asObject(draft.usage) }) };
}
