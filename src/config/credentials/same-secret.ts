// Whether two secrets are one, in a time that tells nothing of where they differ.
import { createHash, timingSafeEqual } from 'node:crypto';

export function isSameSecret(one: string, other: string): boolean {
  // Hashes have one length, so the comparison tells nothing of the secrets' either.
  return timingSafeEqual(sha256(one), sha256(other));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
