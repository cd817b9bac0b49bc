// An answer as a response.
import type { Answer, Finish, JsonObject, Part, ReplyFacts } from '../../../core/index.ts';
import { encodeItems } from './items-out.ts';
import { ended } from './response.ts';

export function encodeAnswer(answer: Answer, reply: ReplyFacts): JsonObject {
  const { candidates, usage, serviceTier, ...head } = answer;
  const [candidate, ...others] = candidates;
  if (others.length > 0) reply.lost('further answers');
  const finish = candidate?.finish ?? { reason: 'other' };
  const parts = [...(candidate?.parts ?? []), ...refusalOf(finish, candidate?.parts ?? [])];
  return ended({ head, output: encodeItems(parts, reply), finish, usage, serviceTier }, reply);
}

/** A model that declined without words of its own: here a refusal is something said. */
export function refusalOf(finish: Finish, parts: readonly { readonly kind: Part['kind'] }[]): Part[] {
  if (finish.reason !== 'refusal' || parts.some(({ kind }) => kind === 'refusal')) return [];
  return [{ kind: 'refusal', text: finish.message ?? 'The model declined to answer.' }];
}
