// Embeddings in another dialect.
import type { Lane, Target } from '../../core/index.ts';
import { plainUsage } from '../../dialects/usage.ts';
import type { GatewayCall } from '../call/call.ts';
import type { Findings } from '../call/findings.ts';
import type { Provider } from '../snapshot.ts';
import { textTokens } from '../tokens/text-tokens.ts';
import { estimatedHeader } from './count-crossing.ts';
import { type Crossing, factsOf, originOf } from './crossing.ts';
import { sayEmbeddings, translateEmbeddings, understandEmbeddings } from './embeddings.ts';
import { jsonReply } from './reply-in.ts';
import { bodyOf } from './spoken.ts';
import { wholeJson } from './whole-body.ts';

export async function embeddingsCrossing(
  call: GatewayCall,
  target: Target,
  lane: Lane,
  provider: Provider,
  found: Findings,
): Promise<Crossing> {
  const spoken = understandEmbeddings(call.dialect, await bodyOf(call), call.match?.model);
  const { request } = spoken;
  const model = target.model ?? request.model;
  const to = { model, stream: false, origin: originOf(lane, provider), facts: factsOf(lane, provider) };
  const { body, method, dropped } = sayEmbeddings(spoken, lane.dialect, to);
  const estimate = () => textTokens(call.request.held?.chunks ?? []);
  return {
    body,
    method,
    stream: false,
    dropped,
    convert: async (reply) => {
      const way = { from: lane.dialect, to: call.dialect, request };
      const { body: told, usage } = translateEmbeddings(await wholeJson(reply), way, estimate);
      found.told = { usage: usage ?? plainUsage(estimate()), usageKnown: true };
      const answer = jsonReply(told, reply);
      if (usage !== undefined) return answer;
      found.usageSource = 'estimated';
      answer.headers[estimatedHeader] = 'true';
      return answer;
    },
  };
}
