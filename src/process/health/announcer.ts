// A line in the log for every account that is put aside and for every one that works again; where they come by the hundred,
// a number of them.
import { type Clock, describeSpan, type Level } from '../../core/index.ts';
import type { HealthChange } from '../../ledger/health/change.ts';

type Told = Pick<HealthChange, 'provider' | 'account' | 'model' | 'aside' | 'message'>;

const windowMs = 10_000;
const mostLines = 20;

export class Announcer {
  readonly #clock: Clock;
  readonly #say: (level: Level, message: string) => void;
  #told = 0;
  #untold = 0;
  #open = false;

  constructor(clock: Clock, say: (level: Level, message: string) => void) {
    this.#clock = clock;
    this.#say = say;
  }

  tell(change: Told): void {
    if (!this.#open) this.#begin();
    if (this.#told >= mostLines) {
      this.#untold += 1;
      return;
    }
    this.#told += 1;
    this.#say(change.aside === undefined ? 'info' : 'warn', wordsOf(change));
  }

  #begin(): void {
    this.#open = true;
    this.#told = 0;
    this.#clock.after(windowMs, () => {
      this.#open = false;
      if (this.#untold > 0) this.#say('warn', `${this.#untold} more accounts or models were put aside or work again`);
      this.#untold = 0;
    });
  }
}

/** `up/main for large is put aside for 42 s after 429 (rate-limit): slow down`. */
function wordsOf({ provider, account, model, aside, message }: Told): string {
  const who = `${provider}/${account}${model === undefined ? '' : ` for ${model}`}`;
  if (aside === undefined) return `${who} works again`;
  const span = describeSpan(aside.until - aside.since);
  const why = aside.status === undefined ? aside.cause : `${aside.status} (${aside.cause})`;
  const again = aside.level > 1 ? `, for the ${aside.level}. time in a row` : '';
  return `${who} is put aside for ${span} after ${why}${again}${message === undefined ? '' : `: ${message}`}`;
}
