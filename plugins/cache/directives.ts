// What a client asks of caches on its way (`Cache-Control` of a request, RFC 9111 5.2.1).

export interface Directives {
  /** Ask upstream, whatever is kept. */
  readonly noCache: boolean;
  /** Keep nothing of this; what was kept before is not used either. */
  readonly noStore: boolean;
  /** Milliseconds; no older answer will do. */
  readonly maxAge: number;
}

export function readDirectives(header: string): Directives {
  const words = header.toLowerCase().split(',');
  const names = words.map((word) => word.split('=', 1)[0]?.trim());
  const seconds = /^\s*max-age\s*=\s*"?(\d+)"?\s*$/;
  const maxAge = words.map((word) => seconds.exec(word)?.[1]).find((found) => found !== undefined);
  return {
    noCache: names.includes('no-cache'),
    noStore: names.includes('no-store'),
    maxAge: maxAge === undefined ? Number.POSITIVE_INFINITY : Number(maxAge) * 1000,
  };
}
