// Node's hash in the form that the signer of another library takes, for second opinions.
import { createHash, createHmac } from 'node:crypto';

export class Sha256 {
  readonly #hash;

  constructor(secretKey?: unknown) {
    this.#hash = secretKey === undefined ? createHash('sha256') : createHmac('sha256', secretKey as Buffer);
  }

  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('not used');
  }
}
