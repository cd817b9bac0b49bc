// Log probabilities: here in two lists side by side, elsewhere the alternatives stand with each token.
import type { JsonObject } from '../../../core/index.ts';
import { asArray, asObject } from '../../json.ts';

export function readLogprobs(result: JsonObject | undefined): readonly unknown[] | undefined {
  const chosen = asArray(result?.chosenCandidates);
  if (chosen === undefined) return undefined;
  const top = asArray(result?.topCandidates) ?? [];
  return chosen.map((token, at) => {
    const others = asArray(asObject(top[at])?.candidates) ?? [];
    return { ...tokenOf(asObject(token)), top_logprobs: others.map((other) => tokenOf(asObject(other))) };
  });
}

function tokenOf(candidate: JsonObject | undefined): JsonObject {
  const token = typeof candidate?.token === 'string' ? candidate.token : '';
  return { token, logprob: candidate?.logProbability ?? 0, bytes: [...Buffer.from(token)] };
}

export function writeLogprobs(logprobs: readonly unknown[]): JsonObject {
  const tokens = logprobs.map((token) => asObject(token) ?? {});
  const tops = tokens.map((token) => asArray(token.top_logprobs) ?? []);
  const some = tops.some((top) => top.length > 0);
  return {
    chosenCandidates: tokens.map(candidateOf),
    ...(some
      ? { topCandidates: tops.map((top) => ({ candidates: top.map((token) => candidateOf(asObject(token) ?? {})) })) }
      : {}),
  };
}

function candidateOf({ token, logprob }: JsonObject): JsonObject {
  return { token, logProbability: logprob };
}
