// Whether anybody is signed in: what `/health` says on the data listeners and on the control listener alike.
import type { LoadedConfig } from './loaded.ts';

/**
 * One account of an enabled provider can be used. One that is put aside for a while counts, and so does one that needs no
 * credential; one whose credential is of no use any more is disabled and does not.
 */
export function isAuthenticated({ providers }: Pick<LoadedConfig, 'providers'>): boolean {
  return providers.some(({ enabled, accounts }) => enabled && accounts.some(({ disabled }) => disabled === undefined));
}
