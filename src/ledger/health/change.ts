// What the table tells of a target that was put aside or works again: with names, which the table itself does not know.
import type { CoolingScope } from '../../core/index.ts';
import type { Aside } from './aside.ts';

/** Plain data. */
export interface HealthChange {
  /** Identity of the target: changes with its credential. */
  readonly id: string;
  /** That of the account as a whole. */
  readonly accountId: string;
  readonly provider: string;
  readonly account: string;
  /** Undefined where it is the whole account, or a request without a model. */
  readonly model?: string | undefined;
  readonly scope: CoolingScope;
  /** Undefined: it works again. */
  readonly aside?: Aside | undefined;
  /** Whether it was a trial that ended so. */
  readonly trial: boolean;
  /** Whether it goes on longer than told before, and has not begun anew. */
  readonly longer?: boolean;
  /** What the upstream said. */
  readonly message?: string | undefined;
}

/** A target that is put aside, as it is kept over a restart. */
export interface AsideEntry extends Omit<HealthChange, 'trial' | 'scope' | 'longer'> {
  readonly aside: Aside;
}
