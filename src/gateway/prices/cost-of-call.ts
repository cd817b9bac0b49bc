// What a call cost: its usage at the price of the model that answered.
import type { PriceSource } from '../../core/index.ts';
import { costOfLosers } from '../attempt/bill-loser.ts';
import type { GatewayCall } from '../call/call.ts';
import { costOf } from './cost-of.ts';
import type { Priced } from './prices.ts';

export interface Cost {
  /** Micro-dollars; undefined where usage or price is not known. */
  readonly micros: number | undefined;
  readonly source: PriceSource;
}

export const noCost: Cost = { micros: undefined, source: 'none' };

export function costOfCall(call: GatewayCall): Cost {
  const { attempts } = call;
  const answer = costOfAnswer(call);
  const lost = costOfLosers(attempts);
  // Of an answer whose price is not known the whole is not known either.
  if (lost === undefined || (call.found.usage !== undefined && answer.micros === undefined)) return answer;
  return {
    micros: lost + (answer.micros ?? 0),
    source: answer.source === 'none' ? sourceOfLosers(call) : answer.source,
  };
}

function costOfAnswer(call: GatewayCall): Cost {
  const { attempts } = call;
  const { usage } = call.found;
  if (usage === undefined) return noCost;
  const answered = attempts.findLast(({ failure }) => failure === undefined);
  if (answered?.model === undefined) return noCost;
  const priced = priceAt(call, answered.provider, answered.model);
  return priced === undefined ? noCost : { micros: costOf(usage, priced.price), source: priced.source };
}

function sourceOfLosers(call: GatewayCall): PriceSource {
  const lost = call.attempts.find(({ costMicros }) => costMicros !== undefined);
  return lost?.model === undefined ? 'none' : (priceAt(call, lost.provider, lost.model)?.source ?? 'none');
}

function priceAt(call: GatewayCall, provider: string, model: string): Priced | undefined {
  const { prices } = call.snapshot.parts;
  return prices.of(provider, model) ?? prices.fallback;
}
