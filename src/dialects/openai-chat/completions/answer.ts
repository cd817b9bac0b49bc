// An answer -> a text completion: the text alone.
import type { Answer, Candidate, JsonObject, Part, ReplyFacts } from '../../../core/index.ts';
import { asArray, asObject, asString } from '../../json.ts';
import { head } from '../answer/encode.ts';
import { decodeFinish, encodeFinish } from '../answer/finish.ts';
import { encodeUsage } from '../answer/usage.ts';
import { formOf } from '../members.ts';

export function encodeAnswer(answer: Answer, reply: ReplyFacts): JsonObject {
  return {
    ...completionHead(answer, reply),
    choices: answer.candidates.map((candidate) => encodeChoice(candidate, reply)),
    ...(answer.usage === undefined ? {} : { usage: encodeUsage(answer.usage) }),
  };
}

export function completionHead(
  answer: Pick<Answer, 'id' | 'created' | 'model' | 'extra'>,
  reply: ReplyFacts,
): JsonObject {
  const { created, model } = head(answer, reply);
  return {
    id: `cmpl-${reply.callId}`,
    object: 'text_completion',
    created: created ?? reply.now,
    model: model ?? reply.model,
  };
}

/** `echo`: the prompt stands in front. */
export function echoed({ conversation }: ReplyFacts): string {
  return asString(formOf(conversation.extra).echo) ?? '';
}

function encodeChoice({ index, parts, finish }: Candidate, reply: ReplyFacts): JsonObject {
  const told = echoed(reply);
  const text = parts.map((part) => (part.kind === 'text' || part.kind === 'refusal' ? part.text : '')).join('');
  for (const part of parts) reportLost(part, reply);
  const scored = parts.flatMap((part) => (part.kind === 'text' ? (part.logprobs ?? []) : []));
  return {
    text: told + text,
    index,
    logprobs: scored.length === 0 ? null : legacyLogprobs(scored, told.length),
    finish_reason: completionFinish(finish),
  };
}

export function reportLost(part: Part, { lost }: ReplyFacts): void {
  if (part.kind === 'native') lost(part.type);
  else if (part.kind !== 'text' && part.kind !== 'refusal') lost(part.kind);
}

/** `tool_calls` does not exist here. */
export function completionFinish(finish: Candidate['finish']): string {
  const word = encodeFinish(finish, false, false, false);
  return decodeFinish(word, false, false).reason === 'tool' ? 'stop' : word;
}

/** Lists side by side instead of a list of objects. `offset`: where the first token stands in the text. */
export function legacyLogprobs(tokens: readonly unknown[], offset: number): JsonObject {
  const entries = tokens.map((token) => asObject(token) ?? {});
  let at = offset;
  const offsets = entries.map(({ token }) => {
    at += asString(token)?.length ?? 0;
    return at - (asString(token)?.length ?? 0);
  });
  return {
    tokens: entries.map(({ token }) => token),
    token_logprobs: entries.map(({ logprob }) => logprob),
    top_logprobs: entries.map(({ top_logprobs: top }) =>
      Object.fromEntries((asArray(top) ?? []).map((one) => [asObject(one)?.token, asObject(one)?.logprob])),
    ),
    text_offset: offsets,
  };
}
