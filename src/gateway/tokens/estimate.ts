// What a call will probably use, for limits that reserve before they know.
import { type Estimate, GatewayError, type Operation } from '../../core/index.ts';
import { plainUsage } from '../../dialects/usage.ts';
import type { GatewayCall } from '../call/call.ts';
import { targetsOf } from '../models/targets.ts';
import { costOf } from '../prices/cost-of.ts';
import type { Priced } from '../prices/prices.ts';
import { outputBound } from './bound.ts';
import { textTokens } from './text-tokens.ts';

/** Answered here, or counted and charged by nobody. */
const free: ReadonlySet<Operation> = new Set(['models', 'count-tokens', 'files', 'uploads', 'forward']);
const nothing: Estimate = { inputTokens: 0, outputTokens: 0, microDollars: () => 0 };

/** Throws what reading the body and looking for candidates throw. */
export async function estimateCall(call: GatewayCall): Promise<Estimate> {
  if (free.has(call.operation)) return nothing;
  const body = await call.request.read(call);
  const inputTokens = textTokens(body.chunks);
  const candidates = await call.candidates();
  let prices: readonly Priced[] | undefined;
  return {
    inputTokens,
    outputTokens: outputBound(call.operation, body),
    microDollars(outputTokens) {
      prices ??= targetsOf(candidates).map(({ provider, model }) => priceOf(call, provider, model));
      const usage = plainUsage(inputTokens, outputTokens);
      return Math.max(0, ...prices.map(({ price }) => costOf(usage, price)));
    },
  };
}

function priceOf(call: GatewayCall, provider: string, model: string | undefined): Priced {
  const { prices } = call.snapshot.parts;
  const priced = (model === undefined ? undefined : prices.of(provider, model)) ?? prices.fallback;
  if (priced !== undefined) return priced;
  const what =
    model === undefined ? 'a request that names no model' : `the model ${JSON.stringify(model.slice(0, 100))}`;
  throw new GatewayError('price-unknown', {
    message: `A limit on cost applies here, but no price is known for ${what} at the provider ${provider}. The operator can set one under prices.models.`,
    param: 'model',
  });
}
