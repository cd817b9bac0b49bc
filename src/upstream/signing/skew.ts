// How far the clock of a signed service is from ours: signatures are good for some minutes only, and a refusal says
// what time it is there.
import type { Clock, UpstreamError } from '../../core/index.ts';

const expired = /signature expired|signature not yet current|request ?time ?too ?skewed|InvalidSignatureException/i;
/** Less than this is not why a signature was refused. */
const leastMs = 60_000;

export class Skew {
  readonly #clock: Clock;
  #ms = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Now, as the service will read it: `20150830T123600Z`. */
  moment(): string {
    return new Date(this.#clock.now() + this.#ms).toISOString().replace(/[-:]|\.\d{3}/g, '');
  }

  /** Learns from a refusal. True where the clocks were apart: signed anew, the same request may pass. */
  learn({ status, headers, text }: UpstreamError): boolean {
    if ((status !== 403 && status !== 400) || !expired.test(text)) return false;
    const there = Date.parse(String(headers.date));
    if (Number.isNaN(there)) return false;
    const ms = there - this.#clock.now();
    if (Math.abs(ms - this.#ms) < leastMs) return false;
    this.#ms = ms;
    return true;
  }
}
