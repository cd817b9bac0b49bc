// Limits as configured -> limits as they are kept, on the clock of the gateway where they name none.
import { type Limit, type LimitSettings, readLimits } from '../../core/index.ts';
import type { Draft } from '../read/entries.ts';

export function limitsOf({ tree }: Draft, limits: LimitSettings | undefined): readonly Limit[] {
  return readLimits(limits, tree.timezone as string);
}
