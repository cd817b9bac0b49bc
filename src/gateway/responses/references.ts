// Items that a request names instead of sending them (`item_reference`): clients do so with what an answer said, where it
// is stored. Those of answers that the gateway keeps are put in.
import type { JsonObject } from '../../core/index.ts';
import { asArray, asObject } from '../../dialects/json.ts';
import { responseOfItem } from '../../dialects/openai-responses/ids.ts';
import { outputOf, referenceIn } from '../../dialects/openai-responses/state/items.ts';
import type { GatewayCall } from '../call/call.ts';
import { ownerOf, responseOf } from './expand.ts';

/** The request with the items it names, where they are kept for this caller; others stay named. */
export async function withItems(call: GatewayCall, body: JsonObject): Promise<JsonObject> {
  const input = asArray(body.input) ?? [];
  const named = new Set<string>();
  for (const item of input) {
    const response = responseOfItem(referenceIn(item) ?? '');
    if (response !== undefined) named.add(response);
  }
  if (named.size === 0) return body;
  const items = await itemsIn(call, [...named]);
  return { ...body, input: input.map((item) => items.get(referenceIn(item) ?? '') ?? item) };
}

/** By their ids. */
async function itemsIn(call: GatewayCall, ids: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
  const { responses } = call.snapshot.parts;
  const owner = ownerOf(call);
  const kept = await Promise.all(ids.map((id) => responses.find(owner, id)));
  call.mustGoOn();
  const items = kept.flatMap((found) => (found === undefined ? [] : outputOf(responseOf(found))));
  return new Map(items.map((item) => [String(asObject(item)?.id), item]));
}
