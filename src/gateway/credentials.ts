// The data thread's side of credentials that do not last: the token of the moment, and asking for a better one. The
// control thread refreshes; one refresh serves all threads.

/** What is sent in the place of an API key. */
export interface Credential {
  readonly token: string;
  /** Epoch milliseconds; undefined: not known. */
  readonly expiresAt: number | undefined;
  /** Names that headers may ask for: `accountId`, `project`. */
  readonly names: Readonly<Record<string, string>>;
}

export interface Credentials {
  /** Undefined: there is none yet, or none any more. */
  current(provider: string, account: string): Credential | undefined;
  /**
   * Asks for a token other than `used`, the one that was refused or is missing. Resolves to whether there is one now; never
   * rejects. Many may ask at once: one refresh answers them all.
   */
  refresh(provider: string, account: string, used: string | undefined): Promise<boolean>;
}

/** What an account of a snapshot knows of its credential. */
export interface HeldCredential {
  current(): Credential | undefined;
  refresh(used: string | undefined): Promise<boolean>;
}

/** For a gateway that keeps none: every account has an API key. */
export const noCredentials: Credentials = {
  current: () => undefined,
  refresh: async () => false,
};

export function heldBy(credentials: Credentials, provider: string, account: string): HeldCredential {
  return {
    current: () => credentials.current(provider, account),
    refresh: (used) => credentials.refresh(provider, account, used),
  };
}

/** Says when a call is given up; asked only where there is something to wait for. */
export type GivenUp = () => AbortSignal;

/**
 * Before an attempt: undefined where the token at hand will do, else what to wait for (whether there is one now), for no longer
 * than the call goes on. A token whose time is over is not sent.
 */
export function tokenReady(held: HeldCredential, now: number, givenUp?: GivenUp): Promise<boolean> | undefined {
  const credential = held.current();
  if (credential === undefined) return refreshFor(held, undefined, givenUp);
  if (credential.expiresAt === undefined || credential.expiresAt > now) return undefined;
  return refreshFor(held, credential.token, givenUp);
}

/** `refresh`, or false as soon as the call is given up: the refresh goes on for those who come later. */
export function refreshFor(held: HeldCredential, used: string | undefined, givenUp?: GivenUp): Promise<boolean> {
  const signal = givenUp?.();
  if (signal === undefined) return held.refresh(used);
  return new Promise((resolve) => {
    const leave = () => resolve(false);
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave);
    void held.refresh(used).then((done) => {
      signal.removeEventListener('abort', leave);
      resolve(done);
    });
  });
}
