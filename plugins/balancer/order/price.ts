// One figure for what tokens cost, to compare by.
import type { TokenPrice } from 'portico';

/** Conversations send about three tokens for each they get. */
const inputShare = 3;

/** USD per million tokens, input and output mixed. */
export function figureOf(price: TokenPrice | undefined): number | undefined {
  return price && (inputShare * price.input + price.output) / (inputShare + 1);
}
