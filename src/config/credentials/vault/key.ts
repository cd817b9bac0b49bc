// The master key of a vault: 32 random bytes, written as base64 or hex. Anything weaker is refused: a passphrase would make
// files that look sealed.
import { hash, randomBytes } from 'node:crypto';

export interface VaultKey {
  /** Twelve hex digits that tell keys apart and say nothing of them. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

const length = 32;
const remedy = '`portico accounts vault key` prints one, and so does `openssl rand -base64 32`';

/** A string says what is wrong with the text, without showing any of it. */
export function readKey(text: string): VaultKey | string {
  const bytes = decoded(text.trim());
  if (bytes === undefined) {
    return `a vault key is ${length} random bytes in base64 or hex, not a passphrase: ${remedy}`;
  }
  if (bytes.length !== length) {
    return `a vault key is ${length} random bytes in base64 or hex, and this is ${bytes.length} bytes: ${remedy}`;
  }
  // 32 random bytes have fewer than 16 different ones about once in 10^20 times.
  if (new Set(bytes).size < length / 2) return `this vault key is not random: ${remedy}`;
  return { id: idOf(bytes), bytes };
}

/** Base64, 44 characters. */
export function newKey(): string {
  return randomBytes(length).toString('base64');
}

/** Strict: what is not written exactly so was never meant as bytes. */
function decoded(text: string): Uint8Array | undefined {
  if (/^([0-9a-f]{2})+$/i.test(text) && text.length !== 44) return Buffer.from(text, 'hex');
  const standard = text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  const bytes = Buffer.from(standard, 'base64');
  return bytes.length > 0 && bytes.toString('base64').replace(/=+$/, '') === standard ? bytes : undefined;
}

function idOf(bytes: Uint8Array): string {
  return hash('sha256', Buffer.concat([Buffer.from('portico vault key\0'), bytes]), 'hex').slice(0, 12);
}
