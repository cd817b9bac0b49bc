// What a call cost: its usage at the price of the model that answered.
import type { PriceSource } from '../../core/index.ts';
import type { GatewayCall } from '../call/call.ts';
import { costOf } from './cost-of.ts';

export interface Cost {
  /** Micro-dollars; undefined where usage or price is not known. */
  readonly micros: number | undefined;
  readonly source: PriceSource;
}

export const noCost: Cost = { micros: undefined, source: 'none' };

export function costOfCall(call: GatewayCall): Cost {
  const { usage, attempts } = call;
  if (usage === undefined) return noCost;
  const answered = attempts.findLast(({ failure }) => failure === undefined);
  if (answered?.model === undefined) return noCost;
  const { prices } = call.snapshot.parts;
  const priced = prices.of(answered.provider, answered.model) ?? prices.fallback;
  return priced === undefined ? noCost : { micros: costOf(usage, priced.price), source: priced.source };
}
