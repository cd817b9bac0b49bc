// One attempt in another dialect: what is sent, and how what comes back is told to the client.
import type { JsonObject, Lane, Reply, Target, UpstreamFacts, Usage } from '../../core/index.ts';
import type { GatewayCall } from '../call/call.ts';
import type { Findings } from '../call/findings.ts';
import type { Provider } from '../snapshot.ts';
import { chatCrossing } from './chat.ts';
import { countCrossing } from './count-crossing.ts';
import { embeddingsCrossing } from './embeddings-crossing.ts';

export interface Crossing {
  readonly body: JsonObject;
  readonly stream: boolean;
  /** Which of the dialect's paths, where it has several for the operation. */
  readonly method?: string | undefined;
  /** What the upstream is not told, in the client's words. */
  readonly dropped: readonly string[];
  /** Rejects with `upstream-invalid`, `upstream-truncated` or an upstream's error in band. */
  convert(reply: Reply): Promise<Reply>;
}

/** What is known of the usage of a translated answer, for records and limits: what the client is told may lack it. */
export interface Told {
  readonly usage: Usage | undefined;
  /** It is that of the whole answer. */
  readonly usageKnown: boolean;
}

/** Throws `untranslatable` where this lane cannot say the request, and what makes it no request at all. */
export function crossingTo(
  call: GatewayCall,
  target: Target,
  lane: Lane,
  provider: Provider,
  found: Findings,
): Promise<Crossing> {
  if (lane.operation === 'count-tokens') return countCrossing(call, target, lane, provider, found);
  if (lane.operation === 'embeddings') return embeddingsCrossing(call, target, lane, provider, found);
  return chatCrossing(call, target, lane, provider, found);
}

/** Dialect and provider directory: whose opaque blobs are whose. */
export function originOf({ dialect }: Pick<Lane, 'dialect'>, { loaded }: Provider): string {
  return `${dialect}/${loaded.directory.name}`;
}

export function factsOf({ dialect }: Pick<Lane, 'dialect'>, { loaded }: Provider): UpstreamFacts {
  const support = loaded.manifest.dialects[dialect];
  return { ...support?.translate, ...(support?.streamUsage === undefined ? {} : { streamUsage: support.streamUsage }) };
}
