// `previous_response_id` of a response that the gateway keeps: the request gets the items it stands for, so that an
// upstream without that state can answer it.
import { type Conversation, GatewayError, type JsonObject, type StateWish } from '../../core/index.ts';
import { parseExact } from '../../dialects/canonical/numbers.ts';
import { asArray, asObject, asString } from '../../dialects/json.ts';
import { whyNotElsewhere } from '../../dialects/openai-responses/state/elsewhere.ts';
import { itemsOf, outputOf, ownId } from '../../dialects/openai-responses/state/items.ts';
import type { GatewayCall } from '../call/call.ts';
import type { KeptResponse } from './kept.ts';

/**
 * The request with the items of the kept responses it goes on from. The instructions of earlier requests are not taken over:
 * the API does not either. A response that is not kept here may be an upstream's: it stays named. Throws
 * `previous-response-not-found` for one of the gateway's own.
 */
export async function expandState(call: GatewayCall, body: JsonObject): Promise<JsonObject> {
  const previous = previousIn(body);
  if (previous === undefined) return body;
  const items = await historyOf(call, previous);
  if (items === undefined && previous.startsWith(ownId)) throw unknown(previous);
  if (items === undefined) return body;
  const { previous_response_id: _, ...rest } = body;
  return { ...rest, input: [...items, ...itemsOf(body.input)] };
}

/** The conversation as an answer repeats it: with the id that the items were put in the place of. */
export function asAsked(conversation: Conversation, { previous_response_id: id }: JsonObject): Conversation {
  const previousResponseId = asString(id);
  if (previousResponseId === undefined) return conversation;
  return { ...conversation, state: { ...conversation.state, previousResponseId } };
}

/** Items of a response that is kept and of all it goes on from; undefined where it is not kept for this caller. */
export async function historyOf(call: GatewayCall, id: string): Promise<readonly unknown[] | undefined> {
  const { responses } = call.snapshot.parts;
  const links = await responses.chain(ownerOf(call), id, untilOf(call));
  call.mustGoOn();
  return links?.flatMap((link) => [...inputOf(link), ...outputOf(responseOf(link))]);
}

/** The id in a body, as the client wrote it. */
export function previousIn(body: JsonObject): string | undefined {
  const previous = body.previous_response_id;
  if (previous === undefined || previous === null) return undefined;
  if (typeof previous === 'string' && previous !== '') return previous;
  throw new GatewayError('invalid-request', {
    message: 'The field previous_response_id must be the id of a response.',
    param: 'previous_response_id',
  });
}

/** Throws where the request still goes on from a response that is not known here. */
export function mustBeExpanded(body: JsonObject): void {
  const previous = previousIn(body);
  if (previous !== undefined) throw unknown(previous);
}

/** Why a response cannot be gone on from here. */
export function unknown(id: string): GatewayError {
  const param = 'previous_response_id';
  if (!id.startsWith(ownId)) {
    return new GatewayError('untranslatable', {
      message: `The response ${JSON.stringify(id.slice(0, 100))} is kept by an upstream that this model is not reached through. Send the whole conversation in input instead of previous_response_id.`,
      param,
    });
  }
  return new GatewayError('previous-response-not-found', {
    message: `Previous response with id ${JSON.stringify(id.slice(0, 100))} not found: it was never kept for this key, or was deleted, or its time is over. Send the whole conversation in input.`,
    param,
  });
}

/** Throws `untranslatable` for what only the API's own vendor keeps or runs, where the model is reached in another dialect. */
export function refuseState({ state = {}, turns }: Pick<Conversation, 'state' | 'turns'>): void {
  refuseWishes(state);
  const why = whyNotElsewhere(turns);
  if (why !== undefined) throw new GatewayError('untranslatable', { message: why, param: 'input' });
}

function refuseWishes({ previousResponseId, conversationId, background }: StateWish): void {
  if (previousResponseId !== undefined) throw unknown(previousResponseId);
  if (conversationId !== undefined) {
    throw new GatewayError('untranslatable', {
      message:
        'Conversations are kept by the vendor of this API only, and the model is reached elsewhere. Use previous_response_id, or send the whole conversation in input.',
      param: 'conversation',
    });
  }
  if (background === true) {
    throw new GatewayError('untranslatable', {
      message:
        'Nothing runs in the background here: the model is reached where only the connection of the request holds an answer. Leave background out and stay connected; stream to see it grow.',
      param: 'background',
    });
  }
}

export function inputOf({ input }: KeptResponse): readonly unknown[] {
  return asArray(parseExact(input)) ?? [];
}

export function responseOf({ response }: KeptResponse): JsonObject {
  return asObject(parseExact(response)) ?? {};
}

/** Whose responses a call sees: those of its key; without keys everybody is one. */
export function ownerOf(call: GatewayCall): string {
  return call.key?.name ?? '';
}

/** When a response of this call may be forgotten. */
export function untilOf(call: GatewayCall): number | undefined {
  const { ttl } = call.snapshot.parts.config.store.responses;
  return ttl === 0 ? undefined : call.clock.now() + ttl;
}

/** The id of a response, where it has one. */
export function idOf(response: JsonObject): string | undefined {
  const id = asString(response.id);
  return id === '' ? undefined : id;
}
