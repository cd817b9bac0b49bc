// Counting tokens in another dialect: by the counter of the provider that would get the request, or by an estimate made
// here where the provider has none. Free of charge either way.
import type { AttemptSuccess, Lane, Target } from '../../core/index.ts';
import type { GatewayCall } from '../call/call.ts';
import type { Findings } from '../call/findings.ts';
import { mustBeExpanded, refuseState } from '../responses/expand.ts';
import type { Provider } from '../snapshot.ts';
import { textTokens } from '../tokens/text-tokens.ts';
import { sayCount, tellCount, translateCount, understandCount } from './count.ts';
import { type Crossing, factsOf, originOf } from './crossing.ts';
import { jsonReply, wholeReply } from './reply-in.ts';
import { sayTo } from './say-to.ts';
import { bodyOf, expandedBody } from './spoken.ts';
import { wholeJson } from './whole-body.ts';

/** Tells a client that nobody counted. */
export const estimatedHeader = 'x-portico-estimated';

export async function countCrossing(
  call: GatewayCall,
  target: Target,
  lane: Lane,
  provider: Provider,
  found: Findings,
): Promise<Crossing> {
  const asked = { model: call.match?.model, stream: false };
  const spoken = understandCount(call.dialect, await expandedBody(call, await bodyOf(call)), asked);
  refuseState(spoken.conversation);
  const model = target.model ?? spoken.conversation.model;
  const to = { model, stream: false, origin: originOf(lane, provider), facts: factsOf(lane, provider) };
  const { body, dropped } = await sayTo(call, spoken, (each) => sayCount(each, lane.dialect, to));
  return {
    body,
    stream: false,
    dropped,
    convert: async (reply) => {
      const told = translateCount(await wholeJson(reply), lane.dialect, call.dialect);
      found.told = { usage: undefined, usageKnown: false };
      return jsonReply(told, reply);
    },
  };
}

/** Whether nobody but the gateway can count: the lane leads to what would be asked with the tokens. */
export function countsHere(call: GatewayCall, lane: Lane): boolean {
  return call.operation === 'count-tokens' && lane.operation !== 'count-tokens';
}

/** From the text of the request; what is attached to it counts a flat amount. */
export async function countHere(call: GatewayCall, target: Target, found: Findings): Promise<AttemptSuccess> {
  const { chunks } = await call.request.read(call);
  const said = await bodyOf(call);
  const body = await expandedBody(call, said);
  if (call.dialect === 'openai-responses') mustBeExpanded(body);
  const bytes = body === said ? chunks : [Buffer.from(JSON.stringify(body))];
  const counted = JSON.stringify(tellCount(textTokens(bytes), call.dialect));
  const reply = wholeReply(counted, 'application/json', {});
  reply.headers[estimatedHeader] = 'true';
  found.told = { usage: undefined, usageKnown: false };
  return { ok: true, target, reply };
}
