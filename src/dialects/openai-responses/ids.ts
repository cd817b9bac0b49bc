// Ids of items: made of the call's id and the place of the item, so that an answer told twice has the same ones, and one
// that is named (`item_reference`) leads back to its response.
import { ownId } from './state/items.ts';

export type ItemPrefix = 'msg' | 'fc' | 'ctc' | 'rs' | 'ws' | 'ig' | 'call';

const made = /^(?:msg|fc|ctc|rs|ws|ig)_(.+)_\d+$/;

export function itemId(prefix: ItemPrefix, callId: string, position: number): string {
  return `${prefix}_${callId}_${position}`;
}

/** The response an item stands in, where the gateway made its id. */
export function responseOfItem(id: string): string | undefined {
  const callId = made.exec(id)?.[1];
  return callId === undefined ? undefined : `${ownId}${callId}`;
}
