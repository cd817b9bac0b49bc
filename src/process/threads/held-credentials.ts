// The data thread's side of credentials that do not last: the control thread tells the tokens of the moment; a better one is
// asked of it.
import type { Clock } from '../../core/index.ts';
import type { Credential, Credentials } from '../../gateway/credentials.ts';
import type { CredentialUpdate, ToControl } from '../channel.ts';

/** For an answer: longer than a token endpoint may take. */
const answerMs = 40_000;

export class HeldCredentials implements Credentials {
  readonly #tell: (message: ToControl) => void;
  readonly #clock: Clock;
  readonly #held = new Map<string, Credential>();
  readonly #waiting = new Map<number, (done: boolean) => void>();
  #asked = 0;

  constructor(tell: (message: ToControl) => void, clock: Clock) {
    this.#tell = tell;
    this.#clock = clock;
  }

  current(provider: string, account: string): Credential | undefined {
    return this.#held.get(`${provider}/${account}`);
  }

  refresh(provider: string, account: string, used: string | undefined): Promise<boolean> {
    const known = this.current(provider, account);
    const isOver = known?.expiresAt !== undefined && known.expiresAt <= this.#clock.now();
    // Somebody else asked meanwhile.
    if (known !== undefined && known.token !== used && !isOver) return Promise.resolve(true);
    this.#asked += 1;
    const ask = this.#asked;
    return new Promise((resolve) => {
      const settle = (done: boolean) => {
        limit.cancel();
        this.#waiting.delete(ask);
        resolve(done);
      };
      const limit = this.#clock.after(answerMs, () => settle(false));
      this.#waiting.set(ask, settle);
      this.#tell({ type: 'refresh-credential', ask, provider, account, used });
    });
  }

  /** The control thread's answer has come; the token came before it. */
  answered(ask: number, done: boolean): void {
    this.#waiting.get(ask)?.(done);
  }

  take(updates: readonly CredentialUpdate[]): void {
    for (const { provider, account, credential } of updates) {
      const key = `${provider}/${account}`;
      if (credential === undefined) this.#held.delete(key);
      else this.#held.set(key, credential);
    }
  }
}
