// A health probe and what it told: plain data, as it crosses threads and the control API.
import type { Cooled } from '../../core/index.ts';

export interface ProbeWish {
  readonly provider: string;
  readonly account: string;
  /** Id the upstream knows; undefined: the account as a whole is asked. */
  readonly model: string | undefined;
  /** Milliseconds the whole probe may take. */
  readonly timeout: number;
}

/** What an account is asked, from the cheapest on. */
export type ProbeKind = 'models' | 'count-tokens' | 'chat';

export interface Probed {
  readonly provider: string;
  readonly account: string;
  readonly asked: ProbeKind;
  /** It works. */
  readonly answered: boolean;
  readonly status: number | undefined;
  readonly ms: number;
  /** `auth (401)`, `timeout`. */
  readonly failure: string | undefined;
  /** The failure in words. */
  readonly reason: string | undefined;
  /** What the account is put aside for because of it. */
  readonly cooled: Cooled | undefined;
}

/** Either what it told, or why nobody could be asked. */
export type ProbeResult = { readonly probed: Probed } | { readonly wrong: string };
