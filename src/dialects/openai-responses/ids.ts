// Ids of items, made of the call's id and the place of the item, so that an answer told twice has the same ones.
import { hash } from 'node:crypto';

export type ItemPrefix = 'msg' | 'fc' | 'ctc' | 'rs' | 'ws' | 'ig' | 'call';

export function itemId(prefix: ItemPrefix, callId: string, position: number): string {
  return `${prefix}_${hash('sha256', `${callId} ${position}`).slice(0, 48)}`;
}
