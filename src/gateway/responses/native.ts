// Upstreams that speak the Responses API themselves. Most keep responses and are left alone; what they are not told of
// (a response that the gateway keeps) or do not do (`state: false` in their directory) is done here.
import { parseExact } from '../../dialects/canonical/numbers.ts';
import type { JsonObject } from '../../dialects/json.ts';
import { itemsOf, ownId } from '../../dialects/openai-responses/state/items.ts';
import type { ReadBody } from '../../upstream/body/body.ts';
import type { Member } from '../../upstream/body/scan.ts';
import { scannedBody } from '../../upstream/body/scanned-body.ts';
import { editMembers, splice } from '../../upstream/body/splice.ts';
import type { GatewayCall } from '../call/call.ts';
import type { Findings } from '../call/findings.ts';
import { isAtHand, type TakenBody } from '../call/take-body.ts';
import type { Provider } from '../snapshot.ts';
import { holdsMark, mayHoldTranslated } from '../translate/own-dialect.ts';
import { historyOf, unknown } from './expand.ts';
import { keepResponse } from './keep.ts';
import { withItems } from './references.ts';

const reference = Buffer.from('item_reference');

/** Whether the request may name items of answers that were made in another dialect, which no upstream keeps. */
export function namesItems(call: GatewayCall, taken: TakenBody): taken is ReadBody {
  return call.dialect === 'openai-responses' && mayHoldTranslated(call, taken) && holdsMark(taken.chunks, reference);
}

/** The body with those items. */
export async function withNamed(call: GatewayCall, body: ReadBody): Promise<ReadBody> {
  const named = { input: memberOf(body, 'input') };
  const whole = await withItems(call, named);
  return whole === named ? body : edited(body, { set: { input: whole.input }, drop: [] });
}

/** Whether the request may go on from a response that this upstream cannot know. Looks at names and short values only. */
export function namesKept(call: GatewayCall, taken: TakenBody): taken is ReadBody {
  if (call.dialect !== 'openai-responses' || !isAtHand(taken)) return false;
  const previous = previousOf(taken)?.value;
  if (typeof previous !== 'string') return false;
  // The gateway keeps what any of its providers answers that does not.
  return previous.startsWith(ownId) || [...call.snapshot.parts.providers.values()].some(isStateless);
}

/** The body with the items in place of the id. Throws `previous-response-not-found` where they are kept nowhere. */
export async function withHistory(call: GatewayCall, provider: Provider, body: ReadBody): Promise<ReadBody> {
  const previous = previousOf(body)?.value;
  if (typeof previous !== 'string') return body;
  const items = await historyOf(call, previous);
  if (items !== undefined) {
    const input = [...items, ...itemsOf(memberOf(body, 'input'))];
    return edited(body, { set: { input }, drop: ['previous_response_id'] });
  }
  if (previous.startsWith(ownId) || isStateless(provider)) throw unknown(previous);
  // The upstream's own.
  return body;
}

function edited(body: ReadBody, edits: Parameters<typeof editMembers>[1]): ReadBody {
  const { scanned } = body;
  if (scanned === undefined) return body;
  return scannedBody(splice(body.chunks, editMembers(scanned, edits)));
}

/** Keeps the answer of an upstream that does not. The client gets its bytes as they are. */
export function keepForUpstream(call: GatewayCall, provider: Provider, taken: TakenBody, found: Findings): void {
  if (call.dialect !== 'openai-responses' || call.operation !== 'chat' || !isAtHand(taken)) return;
  if (!isStateless(provider)) return;
  const request: JsonObject = {
    store: memberOf(taken, 'store'),
    previous_response_id: memberOf(taken, 'previous_response_id'),
    input: memberOf(taken, 'input'),
  };
  found.keeps = (response) => keepResponse(call, request, response);
}

/** Answers in this dialect, and keeps nothing. */
function isStateless({ loaded }: Provider): boolean {
  return loaded.manifest.dialects['openai-responses']?.state === false;
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
