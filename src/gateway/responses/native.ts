// Upstreams that speak the Responses API themselves. Most keep responses and are left alone; what they are not told of
// (a response that the gateway keeps) or do not do (`state: false` in their directory) is done here.
import type { DialectSupport } from '../../core/index.ts';
import { parseExact } from '../../dialects/canonical/numbers.ts';
import type { JsonObject } from '../../dialects/json.ts';
import { itemsOf, ownId } from '../../dialects/openai-responses/state/items.ts';
import type { ReadBody } from '../../upstream/body/body.ts';
import { JsonScanner, type Member } from '../../upstream/body/scan.ts';
import { editMembers, splice } from '../../upstream/body/splice.ts';
import type { GatewayCall } from '../call/call.ts';
import { isAtHand, type TakenBody } from '../call/take-body.ts';
import type { Provider } from '../snapshot.ts';
import { historyOf, unknown } from './expand.ts';
import { keepResponse } from './keep.ts';

/** Whether the request goes on from a response that this upstream cannot know. Looks at names and short values only. */
export function namesKept(call: GatewayCall, provider: Provider, taken: TakenBody): taken is ReadBody {
  if (call.dialect !== 'openai-responses' || !isAtHand(taken)) return false;
  const previous = previousOf(taken)?.value;
  return typeof previous === 'string' && (previous.startsWith(ownId) || supportOf(provider)?.state === false);
}

/** The body with the items in place of the id. Throws `previous-response-not-found`. */
export async function withHistory(call: GatewayCall, body: ReadBody): Promise<ReadBody> {
  const previous = previousOf(body)?.value;
  const { scanned } = body;
  if (typeof previous !== 'string' || scanned === undefined) return body;
  const items = await historyOf(call, previous);
  if (items === undefined) throw unknown(previous);
  const input = [...items, ...itemsOf(memberOf(body, 'input'))];
  const chunks = splice(body.chunks, editMembers(scanned, { set: { input }, drop: ['previous_response_id'] }));
  const scanner = new JsonScanner();
  for (const chunk of chunks) scanner.push(chunk);
  return { chunks, bytes: chunks.reduce((sum, { length }) => sum + length, 0), scanned: scanner.end() };
}

/** Keeps the answer of an upstream that does not. The client gets its bytes as they are. */
export function keepForUpstream(call: GatewayCall, provider: Provider, taken: TakenBody): void {
  if (call.dialect !== 'openai-responses' || call.operation !== 'chat' || !isAtHand(taken)) return;
  if (supportOf(provider)?.state !== false) return;
  const request: JsonObject = {
    store: memberOf(taken, 'store'),
    previous_response_id: memberOf(taken, 'previous_response_id'),
    input: memberOf(taken, 'input'),
  };
  call.keeps = (response) => keepResponse(call, request, response);
}

function supportOf({ loaded }: Provider): DialectSupport | undefined {
  return loaded.manifest.dialects['openai-responses'];
}

function previousOf({ scanned }: ReadBody): Member | undefined {
  return scanned?.members.find(({ key }) => key === 'previous_response_id');
}

function memberOf({ chunks, scanned }: ReadBody, key: string): unknown {
  const member = scanned?.members.find((each) => each.key === key);
  if (member === undefined) return undefined;
  const whole = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  return parseExact(whole.toString('utf8', member.valueStart, member.valueEnd));
}
