// A body that is looked at as it passes; its bytes are not touched. Each piece is seen before it is passed on: who has the
// answer may already use what was seen in it.
import { Between } from '../../core/index.ts';
import { asGatewayError } from './thrown.ts';

export abstract class Passing extends Between {
  #over = false;

  protected abstract see(chunk: Buffer): void;
  protected abstract seeEnd(): void;

  data(chunk: Buffer): boolean {
    if (this.#over) return true;
    return this.#sees(() => this.see(chunk)) ? (this.sink?.data(chunk) ?? true) : true;
  }

  end(): void {
    if (!this.#over && this.#sees(() => this.seeEnd())) this.sink?.end();
  }

  fail(error: Error): void {
    if (!this.#over) this.sink?.fail(error);
  }

  /** Who looks may end the answer by throwing: then this piece does not leave either. */
  #sees(look: () => void): boolean {
    try {
      look();
      return true;
    } catch (thrown) {
      const error = asGatewayError(thrown);
      this.#over = true;
      this.sink?.fail(error);
      this.abort(error);
      return false;
    }
  }
}
