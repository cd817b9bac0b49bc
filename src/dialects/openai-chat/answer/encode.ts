// An answer -> a chat completion.
import { hash } from 'node:crypto';
import type { Answer, Candidate, JsonObject, ReplyFacts, ToolCallPart } from '../../../core/index.ts';
import { wrap } from '../../canonical/envelope.ts';
import { entryOf } from '../../json.ts';
import { complete, formOf, own } from '../members.ts';
import { encodeAnnotation } from '../message/citations.ts';
import { unsealed, wrappedDetail } from '../message/details.ts';
import { encodeAssistant, type Voice } from '../message/encode-assistant.ts';
import { encodeImage } from '../message/encode-media.ts';
import { finishWord } from './finish.ts';
import { encodeOwnUsage, encodeUsage, type UsageRest } from './usage.ts';

export function encodeAnswer(answer: Answer, reply: ReplyFacts): JsonObject {
  const { extra, usage } = answer;
  const isOwn = extra?.dialect === own;
  const form = formOf(extra);
  const out: Record<string, unknown> = {
    ...head(answer, reply),
    choices: answer.candidates.map((candidate) => encodeChoice(candidate, reply)),
  };
  const object = form.object === undefined ? 'chat.completion' : form.object;
  // What another word it was stands among the members kept.
  if (object === 'chat.completion') out.object = object;
  if (usage !== undefined && form.usage !== 'elsewhere') {
    out.usage = form.usage === undefined ? encodeUsage(usage) : encodeOwnUsage(usage, form.usage as UsageRest);
  }
  const tier = isOwn ? answer.serviceTier : knownTier(answer.serviceTier);
  if (tier !== undefined) out.service_tier = tier;
  return complete(out, extra);
}

/** Id, time and model: the answer's own where it is of this dialect, else from the call. */
export function head(
  answer: Pick<Answer, 'id' | 'created' | 'model' | 'extra'>,
  reply: ReplyFacts,
): Record<string, unknown> {
  const isOwn = answer.extra?.dialect === own;
  if (!isOwn) {
    return { id: replyId(reply), created: answer.created ?? reply.now, model: answer.model ?? reply.model };
  }
  const { id, created, model } = answer;
  return {
    ...(id === undefined ? {} : { id }),
    ...(created === undefined ? {} : { created }),
    ...(model === undefined ? {} : { model }),
  };
}

function replyId({ callId }: ReplyFacts): string {
  return `chatcmpl-${callId}`;
}

const tiers: Readonly<Record<string, string>> = {
  auto: 'auto',
  default: 'default',
  // Anthropic's and Gemini's word for it.
  standard: 'default',
  flex: 'flex',
  priority: 'priority',
  scale: 'scale',
};

export function knownTier(tier: string | undefined): string | undefined {
  return entryOf(tiers, tier?.toLowerCase());
}

function encodeChoice(candidate: Candidate, reply: ReplyFacts): JsonObject {
  const { index, parts, extra } = candidate;
  const isOwn = extra?.dialect === own;
  const inner = formOf(extra).inner as JsonObject | undefined;
  const messageExtra = isOwn ? ({ dialect: own, form: (inner?.message ?? {}) as JsonObject } as const) : undefined;
  const message = { role: 'assistant', ...encodeAssistant(parts, messageExtra, voiceOf(reply)) };
  const logprobs = parts.find((part) => part.kind === 'text' && part.logprobs !== undefined);
  const out: Record<string, unknown> = {
    index,
    // The official types demand both, with null for none.
    message: isOwn ? message : { refusal: null, ...message },
    ...(isOwn ? {} : { logprobs: null }),
    ...(logprobs?.kind === 'text'
      ? { logprobs: { content: logprobs.logprobs, ...(isOwn ? {} : { refusal: null }) } }
      : {}),
    ...(isOwn && candidate.finish.raw === undefined ? {} : { finish_reason: finishWord(candidate) }),
  };
  return complete(out, extra);
}

export function voiceOf(reply: ReplyFacts): Voice {
  return {
    details: (opaque, _part, place) => {
      const data = wrap(opaque, own);
      const theirs = data === opaque.data ? unsealed(opaque) : undefined;
      return theirs ?? [wrappedDetail(data, place)];
    },
    signature: (opaque) => wrap(opaque, own),
    callId: (part, at) => madeUpId(reply, part, at),
    lost: (part) => reply.lost(part.kind === 'native' ? part.type : part.kind),
    cite: (citation, offset, length) => {
      const annotation = encodeAnnotation(citation, offset, length);
      if (annotation === undefined) reply.lost('citations');
      return annotation;
    },
    picture: encodeImage,
  };
}

/** Always the same for the same call, whole or streamed. */
export function madeUpId({ callId }: ReplyFacts, { name }: ToolCallPart, at: number): string {
  return `call_${hash('sha256', `${callId} ${at} ${name}`).slice(0, 24)}`;
}
