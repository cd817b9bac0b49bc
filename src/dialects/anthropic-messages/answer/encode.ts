// An answer -> a message.
import type { Answer, JsonObject, Part, ReplyFacts } from '../../../core/index.ts';
import { asArray, asObject } from '../../json.ts';
import { plainUsage } from '../../usage.ts';
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
  const verbatim = extra?.dialect === own;
  const ending = { finish: candidate?.finish ?? { reason: 'other' }, extra: candidate?.extra } as const;
  const stop = encodeFinish(ending, verbatim, parts.some(isCall));
  const kept = { fields: asObject(fieldsOf(extra).usage) ?? {}, form: asObject(formOf(extra).usage) ?? {} };
  const usage = encodeUsage(answer.usage ?? nothing, 'start', verbatim ? kept : undefined);
  const { usage: _, ...fields } = fieldsOf(extra);
  const draft = {
    id: messageId(answer.id, extra, reply),
    type: 'message',
    role: 'assistant',
    model: answer.model ?? reply.model,
    content: (verbatim ? parts : withoutBlanks(parts)).flatMap((part, at) =>
      encodeAnswerPart(part, at, verbatim, reply),
    ),
    ...stop,
    container: undefined as unknown,
    usage: written({ ...usage, ...tierOf(answer) }),
  };
  if (!verbatim) return { ...draft, container: null };
  return written(withoutUnsaid(draft, extra), { ...extra, fields });
}

function isCall({ kind }: Part): boolean {
  return kind === 'tool-call';
}

const nothing = plainUsage(0);

/** Ids of other dialects would look strange here; the call's own id is as good. */
export function messageId(id: string | undefined, extra: Answer['extra'], { callId }: ReplyFacts): string {
  if (id !== undefined && extra?.dialect === own) return id;
  return `msg_${callId.replace(/[^a-zA-Z0-9]/g, '')}`;
}

/** `standard`, `priority`, `batch` here; nothing to spread where it is not known. */
export function tierOf({ serviceTier, extra }: Pick<Answer, 'serviceTier' | 'extra'>): {
  readonly service_tier?: string;
} {
  if (serviceTier === undefined) return {};
  const known = extra?.dialect === own || serviceTier === 'priority';
  return { service_tier: known ? serviceTier : 'standard' };
}

/** A text of blanks is no block of its own, but it may part two others: it goes in front of the next. */
function withoutBlanks(parts: readonly Part[]): Part[] {
  let blanks = '';
  return parts.flatMap((part): Part[] => {
    // A blob that travels on a part of its own belongs to the next one.
    if (part.opaque?.carries !== undefined) return [part];
    const before = blanks;
    blanks = '';
    if (part.kind !== 'text') return [part];
    const text = before + part.text;
    if (text.trim() !== '') return [before === '' ? part : { ...part, text }];
    blanks = text;
    return [];
  });
}

function withoutUnsaid(draft: Record<string, unknown>, extra: Answer['extra']): Record<string, unknown> {
  const unsaid = asArray(formOf(extra).unsaid) ?? [];
  for (const name of optional) if (unsaid.includes(name) && draft[name] === null) delete draft[name];
  return draft;
}
