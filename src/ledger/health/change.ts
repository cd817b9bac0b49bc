// What the table tells of a target that was put aside or works again: with names, which the table itself does not know.
import type { CoolingScope } from '../../core/index.ts';
import type { Aside } from './aside.ts';

/** Plain data. */
export interface HealthChange {
  /** Identity of the target: changes with its credential. */
  readonly id: string;
  readonly provider: string;
  readonly account: string;
  /** Undefined where it is the whole account, or a request without a model. */
  readonly model?: string | undefined;
  readonly scope: CoolingScope;
  /** Undefined: it works again. */
  readonly aside?: Aside | undefined;
  /** Whether it was a trial that ended so. */
  readonly trial: boolean;
  /** What the upstream said. */
  readonly message?: string | undefined;
}
