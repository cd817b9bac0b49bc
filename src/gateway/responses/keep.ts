// Keeps an answer for requests that will go on from it.
import type { JsonObject } from '../../core/index.ts';
import { itemsOf } from '../../dialects/openai-responses/state/items.ts';
import type { GatewayCall } from '../call/call.ts';
import { idOf, ownerOf, previousIn, untilOf } from './expand.ts';

/**
 * `request` as the client sent it, before `expandState`; `response` as the client gets it (of a stream the final one).
 * Call it before the last byte leaves: who has the answer may use its id. Costs one message to the control thread.
 */
export function keepResponse(call: GatewayCall, request: JsonObject, response: JsonObject): void {
  if (request.store === false || call.snapshot.parts.config.store.responses.maxBytes === 0) return;
  const id = idOf(response);
  if (id === undefined || (response.status !== 'completed' && response.status !== 'incomplete')) return;
  const previous = previousIn(request);
  const told = { ...response, store: true, previous_response_id: previous ?? null };
  call.snapshot.parts.responses.keep({
    id,
    owner: ownerOf(call),
    previous,
    createdAt: call.clock.now(),
    expiresAt: untilOf(call),
    input: JSON.stringify(itemsOf(request.input)),
    response: JSON.stringify(told),
  });
}
