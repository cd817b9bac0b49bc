// One look-up of a name: what the call needs, who was found, and why others were left out.
import type { LoadedAccount, LoadedProvider } from '../../config/loaded.ts';
import type { Candidates, DialectName, Lane, Operation, Target } from '../../core/index.ts';
import { names } from './account-names.ts';
import type { Guard } from './conditions/conditions.ts';
import { laneTo } from './lanes.ts';
import { offers } from './offers.ts';
import { idAt, serves, type Wanted } from './served.ts';
import { SkippedList } from './skipped.ts';
import type { Way } from './way.ts';

/** What a call needs of a target. */
export interface Need {
  readonly dialect: DialectName;
  readonly operation: Operation;
  /** Provider instances its route reaches. */
  readonly providers: readonly string[];
  /** Targets that speak another dialect will do. */
  readonly translates?: boolean;
  /** The accounts its key and its route are bound to; undefined means all. */
  readonly key?: readonly string[] | undefined;
  readonly route?: readonly string[] | undefined;
}

export class Search {
  known = false;
  /** An account of a provider that could serve it was left out. */
  hasAccountsOut = false;
  readonly skipped = new SkippedList();
  readonly dialects = new Set<DialectName>();
  /** Members of groups that are candidates only where a condition holds. */
  readonly guarded = new Map<Candidates, Guard>();
  readonly need: Need;

  constructor(need: Need) {
    this.need = need;
  }

  targets(provider: LoadedProvider, wanted: Wanted | undefined, way: Way): Target[] {
    if (!this.need.providers.includes(provider.name)) return [];
    this.known = true;
    const lane = this.#laneTo(provider, wanted);
    if (lane === undefined) return [];
    if (provider.accounts.length === 0) this.#skip(provider, undefined, wanted, 'has no account');
    const { set, thinking } = way;
    return provider.accounts.flatMap((account) => {
      const reason = this.#whyNot(provider, account, wanted, way);
      if (reason !== undefined) {
        this.#skip(provider, account, wanted, reason);
        return [];
      }
      const { name, priority, weight, fingerprint } = account;
      const model = wanted && idAt(account, wanted);
      const target = { provider: provider.name, account: name, model, priority, weight };
      return [{ ...target, lane: lane === 'own' ? undefined : lane, credential: fingerprint, set, thinking }];
    });
  }

  #laneTo(provider: LoadedProvider, wanted: Wanted | undefined): Lane | 'own' | undefined {
    const { dialect, operation, translates = false } = this.need;
    if (offers(provider, dialect, operation)) return 'own';
    const lane = translates ? laneTo(provider, dialect, operation) : undefined;
    if (lane !== undefined) return lane;
    const others = provider.dialects.filter((other) => other !== dialect && offers(provider, other, operation));
    for (const other of others) this.dialects.add(other);
    if (wanted?.isGuess === true) return undefined;
    const reason = others.length > 0 ? `speaks only ${others.join(', ')}` : `does not offer ${operation}`;
    this.skipped.add({ provider: provider.name, account: undefined, model: wanted?.name, reason });
    return undefined;
  }

  /** Undefined where the account is a candidate. */
  #whyNot(
    provider: LoadedProvider,
    account: LoadedAccount,
    wanted: Wanted | undefined,
    { accounts }: Way,
  ): string | undefined {
    const { key, route } = this.need;
    if (account.disabled !== undefined) return account.disabled;
    if (key !== undefined && !names(key, provider.name, account)) return 'not bound to this key';
    if (route !== undefined && !names(route, provider.name, account)) return 'not bound to this route';
    if (!accounts.every((list) => names(list, provider.name, account))) return 'not among the accounts of the target';
    if (wanted !== undefined && !serves(account, wanted)) return `does not serve ${wanted.name}`;
    return undefined;
  }

  #skip(provider: LoadedProvider, account: LoadedAccount | undefined, wanted: Wanted | undefined, reason: string) {
    this.hasAccountsOut = true;
    this.skipped.add({ provider: provider.name, account: account?.name, model: wanted?.name, reason });
  }
}
