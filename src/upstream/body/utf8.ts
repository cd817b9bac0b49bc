// Checks that bytes are UTF-8 while they arrive: a character may be cut by the border between two chunks.
import { isUtf8 } from 'node:buffer';

export class Utf8Check {
  /** The beginning of a character whose rest is still to come: at most three bytes. */
  #carry: Buffer | undefined;

  /** False once a chunk cannot be part of UTF-8 text. */
  push(chunk: Buffer): boolean {
    const bytes = this.#carry === undefined ? chunk : this.#complete(this.#carry, chunk);
    if (bytes === undefined) return false;
    const cut = cutCharacter(bytes);
    if (cut > 0) this.#carry = Buffer.from(bytes.subarray(bytes.length - cut));
    return isUtf8(cut === 0 ? bytes : bytes.subarray(0, bytes.length - cut));
  }

  /** False when the text ends within a character. */
  end(): boolean {
    return this.#carry === undefined;
  }

  /** The chunk without the end of the carried character; undefined when that is no character. */
  #complete(carry: Buffer, chunk: Buffer): Buffer | undefined {
    const missing = characterLength(carry[0] ?? 0) - carry.length;
    const character = Buffer.concat([carry, chunk.subarray(0, missing)]);
    if (chunk.length < missing) {
      this.#carry = character;
      return chunk.subarray(chunk.length);
    }
    this.#carry = undefined;
    return isUtf8(character) ? chunk.subarray(missing) : undefined;
  }
}

/** How many bytes at the end begin a character that they do not finish. */
function cutCharacter(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    return characterLength(byte) > back ? back : 0;
  }
  return 0;
}

function characterLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 1;
}
