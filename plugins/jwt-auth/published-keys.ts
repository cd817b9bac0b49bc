// The keys that an issuer publishes: fetched when a token comes, kept for a while, fetched again for a key that is not
// among them, and used on while they cannot be fetched. Requests that come meanwhile wait for the same fetch.
import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { type Exit, GatewayError, type Host } from 'portico';
import { download } from './download.ts';
import type { CacheSettings } from './settings.ts';

export class PublishedKeys {
  readonly #url: string;
  readonly #settings: CacheSettings;
  readonly #host: Pick<Host, 'clock' | 'log' | 'metrics'>;
  readonly #exit: Exit;
  readonly #closing = new AbortController();
  #find: JWTVerifyGetKey | undefined;
  #fetchedAt = 0;
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;
  #failed = false;

  constructor(url: string, settings: CacheSettings, host: Pick<Host, 'clock' | 'log' | 'metrics'>, exit: Exit) {
    this.#url = url;
    this.#exit = exit;
    this.#settings = settings;
    this.#host = host;
  }

  /** Throws `issuer-unavailable` where there are no keys to look in, and what jose throws. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    if (!this.#isFresh()) {
      const asked = this.#ask();
      // An issuer that does not answer must not hold up everybody time and again.
      if (!this.#failed || !this.#isUsable()) await asked;
    }
    const find = this.#current();
    try {
      return await find(header, token);
    } catch (error) {
      // A key may be new. Whoever makes up names of keys gets one fetch for all in a while.
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await this.#ask();
      const renewed = this.#current();
      if (renewed === find) throw error;
      return renewed(header, token);
    }
  };

  close(): void {
    this.#closing.abort();
    this.#exit.close();
  }

  #isFresh(): boolean {
    return this.#find !== undefined && this.#age() < this.#settings.maxAge;
  }

  #age(): number {
    return this.#host.clock.ticks() - this.#fetchedAt;
  }

  /** How long until another fetch may begin; not above 0 where one may. */
  #wait(): number {
    return this.#askedAt + this.#settings.cooldown - this.#host.clock.ticks();
  }

  #isUsable(): boolean {
    const { maxAge, staleFor } = this.#settings;
    return this.#find !== undefined && this.#age() < maxAge + staleFor;
  }

  #current(): JWTVerifyGetKey {
    if (this.#find !== undefined && this.#isUsable()) return this.#find;
    throw new GatewayError('issuer-unavailable', { retryAfterMs: Math.max(1000, this.#wait()) });
  }

  /** Never rejects: what there was stays. */
  #ask(): Promise<void> {
    if (this.#asking === undefined) {
      if (this.#wait() > 0) return Promise.resolve();
      this.#askedAt = this.#host.clock.ticks();
      this.#asking = this.#fetch().finally(() => {
        this.#asking = undefined;
      });
    }
    return this.#asking;
  }

  async #fetch(): Promise<void> {
    const { clock, log, metrics } = this.#host;
    try {
      const { signal } = this.#closing;
      this.#find = createLocalJWKSet(await download(this.#url, this.#settings.timeout, clock, signal, this.#exit));
      this.#fetchedAt = clock.ticks();
      this.#failed = false;
      metrics.count('fetches', { result: 'ok' });
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#failed = true;
      metrics.count('fetches', { result: 'failed' });
      log.warn('the keys of an issuer of tokens could not be fetched', { url: this.#url, error: reasonOf(error) });
    }
  }
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
