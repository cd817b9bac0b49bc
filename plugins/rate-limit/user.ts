// The end user a request is for, as whoever holds the key tells: in a header, or in the body.
import { createHash } from 'node:crypto';
import type { CallContext } from 'portico';

export interface UserSettings {
  /** Lower-case names; the first that is there counts. */
  readonly headers: readonly string[];
  readonly body: boolean;
}

/** Undefined where the request names none. Before its key is known nobody is believed, and no body read. */
export async function userOf({ call, req }: CallContext, settings: UserSettings): Promise<string | undefined> {
  if (call.key === undefined) return undefined;
  for (const name of settings.headers) {
    const value = req.headers[name.toLowerCase()];
    const text = (Array.isArray(value) ? value.join(',') : (value ?? '')).trim();
    if (text !== '') return text;
  }
  if (!settings.body || call.operation === 'forward') return undefined;
  const named = await call.user();
  return named === undefined ? undefined : withoutSession(named);
}

/**
 * Names go into the ledger hashed: they may be long, or an address of mail. With the key inside, for each key names its
 * users as it likes.
 */
export function userId(key: string, user: string): string {
  return createHash('sha256')
    .update(JSON.stringify([key, user]))
    .digest('base64url')
    .slice(0, 22);
}

/** Coding agents put the session into the user's name: one that begins anew is the same user. */
function withoutSession(user: string): string {
  const plain = user.replace(/_session_[^_]*$/, '');
  if (!plain.startsWith('{')) return plain;
  try {
    const { session_id: _, ...rest } = JSON.parse(plain) as Record<string, unknown>;
    return JSON.stringify(rest);
  } catch (error) {
    if (error instanceof SyntaxError) return plain;
    throw error;
  }
}
