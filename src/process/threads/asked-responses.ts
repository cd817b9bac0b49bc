// The data thread's way to kept responses: what is to be kept is told to the control thread, what is looked for is asked.
import type { Clock } from '../../core/index.ts';
import { GatewayError } from '../../core/index.ts';
import { type KeptResponse, type KeptResponses, tooLong } from '../../gateway/responses/kept.ts';
import type { Found, ToControl, Wish } from '../channel.ts';

/** For an answer of the control thread. */
const answerMs = 5_000;

export class AskedResponses implements KeptResponses {
  readonly #tell: (message: ToControl) => void;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, (found: Found) => void>();
  #asked = 0;

  constructor(tell: (message: ToControl) => void, clock: Clock) {
    this.#tell = tell;
    this.#clock = clock;
  }

  keep(response: KeptResponse): void {
    this.#tell({ type: 'keep-response', response });
  }

  async find(owner: string, id: string): Promise<KeptResponse | undefined> {
    return (await this.#ask({ what: 'find', owner, id })).responses?.[0];
  }

  async chain(owner: string, id: string, until: number | undefined): Promise<readonly KeptResponse[] | undefined> {
    return (await this.#ask({ what: 'chain', owner, id, until })).responses;
  }

  async forget(owner: string, id: string): Promise<boolean> {
    return (await this.#ask({ what: 'forget', owner, id })).forgotten === true;
  }

  /** The control thread's answer has come. */
  answered(ask: number, found: Found): void {
    this.#waiting.get(ask)?.(found);
  }

  #ask(wish: Wish): Promise<Found> {
    this.#asked += 1;
    const ask = this.#asked;
    return new Promise((resolve, reject) => {
      const limit = this.#clock.after(answerMs, () => {
        this.#waiting.delete(ask);
        reject(new GatewayError('not-ready', { message: 'Kept responses could not be looked up in time. Try again.' }));
      });
      this.#waiting.set(ask, (found) => {
        limit.cancel();
        this.#waiting.delete(ask);
        if (found.tooLong === true) reject(tooLong());
        else if (found.failed === true)
          reject(new GatewayError('not-ready', { message: 'Kept responses cannot be read at the moment.' }));
        else resolve(found);
      });
      this.#tell({ type: 'ask-response', ask, wish });
    });
  }
}
