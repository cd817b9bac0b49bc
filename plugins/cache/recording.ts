// A body that is written down while it passes, as far as there is room. Its bytes and its pace are not touched.
import { Between, type Source } from 'portico';

export class Recording extends Between {
  readonly #most: number;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #ended = false;

  constructor(source: Source, most: number) {
    super(source);
    this.#most = most;
  }

  /** The whole body; undefined where it did not come to its end or was too long. */
  taken(): Buffer | undefined {
    return this.#ended && this.#bytes <= this.#most ? Buffer.concat(this.#chunks) : undefined;
  }

  data(chunk: Buffer): boolean {
    this.#bytes += chunk.length;
    if (this.#bytes <= this.#most) this.#chunks.push(chunk);
    else this.#chunks = [];
    return this.sink?.data(chunk) ?? true;
  }

  end(): void {
    this.#ended = true;
    this.sink?.end();
  }

  fail(error: Error): void {
    this.#chunks = [];
    this.sink?.fail(error);
  }
}
