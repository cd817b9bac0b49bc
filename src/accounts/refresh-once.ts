// One refresh without a gateway, as a command does it: under the lock of the file, written back before anything is told.
import type { CredentialSource } from '../config/loaded.ts';
import type { Clock } from '../core/index.ts';
import type { Refreshed } from './credential-status.ts';
import { MintError } from './minted.ts';

export interface RefreshOnce {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Never rejects; a message of its errors holds no secret. */
export async function refreshAccount(_source: CredentialSource, _options: RefreshOnce): Promise<Refreshed | MintError> {
  return new MintError('not made yet', false);
}
