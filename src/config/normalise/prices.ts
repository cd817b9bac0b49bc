// Prices as configured -> entries the gateway looks models up in.
import type { LoadedPrices } from '../loaded.ts';
import type { Prices } from '../types.gen.ts';

export function pricesOf({ unknown, default: usual, models }: Prices): LoadedPrices {
  return {
    unknown,
    default: usual,
    models: models.map(({ model, provider, ...price }) => ({ model, provider, price })),
  };
}
