// The tokens of one account as they stand: those of its file, until newer ones are made. Tokens that were replaced are
// remembered, so that an old copy of the file does not bring them back.
import type { TokenSet } from '../../config/loaded.ts';

/** Of access and refresh tokens together. */
const mostRemembered = 40;

export class KeptTokens {
  #tokens: TokenSet;
  /** What was last seen in the file. */
  #seen: string;
  readonly #replaced = new Set<string>();

  constructor(tokens: TokenSet) {
    this.#tokens = tokens;
    this.#seen = markOf(tokens);
  }

  get now(): TokenSet {
    return this.#tokens;
  }

  /** Takes what a file holds, unless it is known or has been replaced since. Whether it was news. */
  found(tokens: TokenSet): boolean {
    const mark = markOf(tokens);
    if (mark === this.#seen || this.wasReplaced(tokens)) return false;
    if (mark === markOf(this.#tokens)) {
      this.#seen = mark;
      return false;
    }
    this.#replace(tokens);
    this.#seen = mark;
    return true;
  }

  /** New tokens from the vendor. */
  minted(tokens: TokenSet): void {
    this.#replace(tokens);
  }

  /** They stand in the file now. */
  written(): void {
    this.#seen = markOf(this.#tokens);
  }

  /** These were good once: a copy of the file from that time. */
  wasReplaced({ accessToken = '', refreshToken = '' }: TokenSet): boolean {
    return this.#replaced.has(accessToken) || this.#replaced.has(refreshToken);
  }

  #replace(tokens: TokenSet): void {
    const before = this.#tokens;
    this.#tokens = tokens;
    const kept = [tokens.accessToken, tokens.refreshToken];
    for (const token of [before.accessToken, before.refreshToken]) {
      if (token !== undefined && !kept.includes(token)) this.#replaced.add(token);
    }
    for (const oldest of [...this.#replaced].slice(0, Math.max(0, this.#replaced.size - mostRemembered))) {
      this.#replaced.delete(oldest);
    }
  }
}

function markOf({ accessToken, refreshToken, expiresAt }: TokenSet): string {
  // An expiry told as seconds left moves with the file's time, not with the token.
  return JSON.stringify([accessToken, refreshToken, accessToken === undefined ? expiresAt : undefined]);
}
