// What a token endpoint gave, and how it fails.

export interface Minted {
  readonly accessToken: string;
  /** Undefined: the one that was sent stays good. */
  readonly refreshToken: string | undefined;
  readonly idToken: string | undefined;
  /** Milliseconds the access token is good for; undefined: not said. */
  readonly lifetimeMs: number | undefined;
}

/** No token was given. */
export class MintError extends Error {
  /** Nothing but a new login, or a change of the configuration, can help. */
  readonly final: boolean;
  /** Milliseconds the endpoint asked to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, final: boolean, retryAfterMs?: number) {
    super(message);
    this.name = 'MintError';
    this.final = final;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Whatever went wrong: an account must not take the process with it. */
export function asMintError(error: unknown): MintError {
  if (error instanceof MintError) return error;
  return new MintError(error instanceof Error ? error.message : String(error), false);
}
