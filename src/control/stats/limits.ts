// Where the limits of the configuration stand: of keys, routes, providers and accounts. Those that rules make up as requests
// come (one count per address) are not among them: nobody could list them.
import type { LoadedConfig } from '../../config/loaded.ts';
import type { LoadedQueue } from '../../config/loaded-provider.ts';
import type { Claim, Limit, LimitWindow, Reading } from '../../core/index.ts';

export interface LimitFigures {
  /** `key:ci`, `route:chat`, `provider:up`, `account:up/main`, `queue:up/main`. */
  readonly subject: string;
  readonly kind: 'requests' | 'rate' | 'tokens' | 'cost' | 'concurrency';
  /** `1m`, `5m`, `1d`, `1d Europe/Berlin`, `month`, `total`; '' for concurrency. */
  readonly window: string;
  /** In the limit's unit: requests, tokens, micro-dollars. */
  readonly used: number;
  readonly amount: number;
  /** Epoch milliseconds at which all of it is free again. */
  readonly resetsAt: number | undefined;
}

/** What of a ledger is needed. */
export interface LimitReader {
  read(claims: readonly Claim[]): Promise<readonly Reading[]>;
}

/** The first `most` limits, in the order of the file. */
export async function readLimits(
  config: LoadedConfig,
  ledger: LimitReader,
  most: number,
): Promise<readonly LimitFigures[]> {
  const claims = claimsOf(config).slice(0, most);
  if (claims.length === 0) return [];
  const readings = await ledger.read(claims);
  return claims.flatMap(({ subject, limit }, index) => {
    const reading = readings[index];
    if (reading === undefined) return [];
    const kind = limit.window?.shape === 'rate' ? 'rate' : limit.kind;
    const window = windowWord(limit.window);
    return [{ subject, kind, window, used: reading.used, amount: reading.limit, resetsAt: reading.resetsAt }];
  });
}

/** Those with the least left first. */
export function nearestEnd(figures: readonly LimitFigures[], most: number): readonly LimitFigures[] {
  const used = figures.filter((each) => each.used > 0);
  return used.sort((a, b) => b.used / b.amount - a.used / a.amount).slice(0, most);
}

/** Names as the engine and the plugin rate-limit give them: together with kind and window they are the count. */
function claimsOf({ keys, routes, providers }: LoadedConfig): Claim[] {
  const of = (subject: string, limits: readonly Limit[]) => limits.map((limit) => ({ subject, limit, amount: 0 }));
  return [
    ...keys.flatMap(({ name, limits }) => of(`key:${name}`, limits)),
    ...routes.flatMap(({ name, limits }) => of(`route:${name}`, limits)),
    ...providers.flatMap(({ name, limits, accounts }) => [
      ...of(`provider:${name}`, limits),
      ...accounts.flatMap((account) => of(`account:${name}/${account.name}`, account.limits)),
      ...accounts.flatMap((account) => waiting(`queue:${name}/${account.name}`, account.queue)),
    ]),
  ];
}

/** Requests that wait for an account. */
function waiting(subject: string, queue: LoadedQueue | undefined): Claim[] {
  if (queue === undefined) return [];
  return [
    { subject, limit: { kind: 'concurrency', amount: queue.size, window: undefined, burst: undefined }, amount: 0 },
  ];
}

const letters = { second: 's', minute: 'm', hour: 'h', day: 'd', week: 'w' } as const;

function windowWord(window: LimitWindow | undefined): string {
  if (window === undefined) return '';
  const { unit, count, zone } = window;
  const span = unit === 'month' || unit === 'total' ? unit : `${count}${letters[unit]}`;
  return zone === undefined ? span : `${span} ${zone}`;
}
