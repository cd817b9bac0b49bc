// How a credential that does not last stands, for people: status, metrics, commands. No secrets.
import type { CredentialSource } from '../config/loaded.ts';

export interface CredentialStatus {
  readonly provider: string;
  readonly account: string;
  readonly kind: CredentialSource['kind'];
  readonly email: string | undefined;
  readonly plan: string | undefined;
  /** Epoch milliseconds. */
  readonly expiresAt: number | undefined;
  readonly broken: boolean;
  /** There is nothing to send at the moment: no token, or one whose time is over or that was refused. */
  readonly over?: boolean;
  readonly reason: string | undefined;
  /** Where new tokens are kept. `memory`: its file cannot be written. */
  readonly kept: Keeping;
  readonly refresh: RefreshStatus;
}

/** A service account's tokens are never written anywhere: `memory` is said of token sets only. */
export type Keeping = 'file' | 'memory';

/** Times are epoch milliseconds. */
export interface RefreshStatus {
  /** `idle`: none is planned. `due`: the next is, at `next`. `failing`: the last one failed, `next` is when it is tried again. */
  readonly state: 'idle' | 'due' | 'running' | 'failing';
  readonly next: number | undefined;
  /** In a row. */
  readonly failures: number;
  /** When one last went well, since the start of the process. */
  readonly last: number | undefined;
}

/** What a refresh that was asked for gave. */
export interface Refreshed {
  /** Epoch milliseconds; undefined: not known. */
  readonly expiresAt: number | undefined;
  /** False: another program had refreshed it, and its tokens were taken. */
  readonly refreshed: boolean;
  readonly kept: Keeping;
}
