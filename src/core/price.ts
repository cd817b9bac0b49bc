// What tokens cost. A dollar per million tokens is a micro-dollar per token: the same figure.

/** USD per million tokens. What is not named costs what `input` costs. */
export interface TokenPrice {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number | undefined;
  /** Writes to a cache that lives for minutes. */
  readonly cacheWrite?: number | undefined;
  /** Writes to a cache that lives for an hour; what `cacheWrite` costs where it is not named. */
  readonly cacheWrite1h?: number | undefined;
}

export interface Price extends TokenPrice {
  /** For the whole of a request with more input than `tokens`. */
  readonly above?: (TokenPrice & { readonly tokens: number }) | undefined;
}

/** Where the price of a call stood: in the configuration, in the provider's directory, or nowhere: then it is `prices.default`, nothing by `prices.unknown: free`, or not known. */
export type PriceSource = 'configured' | 'listed' | 'default' | 'free' | 'none';
