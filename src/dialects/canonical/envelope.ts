// Opaque blobs in places of another dialect. A signature of one vendor travels through a client of another in a wrapping
// that names who issued it; when the client sends it back it is unwrapped, and given to nobody else.
import type { Opaque } from '../../core/index.ts';

/** Base64 of `{"portico":1`: twelve bytes, so that every envelope begins with these sixteen letters wherever it stands. */
export const envelopeMark = 'eyJwb3J0aWNvIjox';

/** The blob for a slot of the dialect `native`: as it is where that dialect issued it, else wrapped. */
export function wrap(opaque: Opaque, native: string): string {
  if (opaque.carries === undefined && (opaque.origin === undefined || dialectOf(opaque.origin) === native)) {
    return opaque.data;
  }
  const { origin, data, carries, redacted } = opaque;
  return Buffer.from(JSON.stringify({ portico: 1, origin, data, carries, redacted })).toString('base64');
}

/** What stands in such a slot: an envelope opened, or the client's own dialect's blob. */
export function unwrap(text: string): Opaque {
  if (!text.startsWith(envelopeMark)) return { origin: undefined, data: text };
  try {
    const opened = JSON.parse(Buffer.from(text, 'base64').toString()) as Record<string, unknown>;
    const { origin, data, carries, redacted } = opened;
    if (typeof data !== 'string') return { origin: 'unreadable', data: '' };
    return {
      origin: typeof origin === 'string' ? origin : undefined,
      data,
      ...(carries === 'next' || carries === 'alone' ? { carries } : {}),
      ...(redacted === true ? { redacted } : {}),
    };
  } catch {
    // Damaged on its way: it must reach nobody.
    return { origin: 'unreadable', data: '' };
  }
}

/** Whether the blob may be sent to this upstream: it issued it, or its dialect's client brought it unwrapped. */
export function mayReturn(opaque: Opaque, origin: string, cameFrom: string | undefined): boolean {
  if (opaque.origin === undefined) return cameFrom === dialectOf(origin);
  return opaque.origin === origin;
}

function dialectOf(origin: string): string {
  return origin.split('/', 1)[0] ?? origin;
}
