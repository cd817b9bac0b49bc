// Fetches a key set.
import type { JSONWebKeySet } from 'jose';
import type { Clock, Exit } from 'portico';

/** Key sets have a few KiB. */
const mostBytes = 1024 * 1024;

/** Rejects with an Error in words where it does not arrive whole within `timeout` ms. */
export async function download(
  url: string,
  timeout: number,
  clock: Clock,
  signal: AbortSignal,
  exit: Exit,
): Promise<JSONWebKeySet> {
  const late = new AbortController();
  const alarm = clock.after(timeout, () => late.abort(new Error(`no answer within ${timeout} ms`)));
  try {
    const response = await exit.fetch(url, {
      headers: { accept: 'application/json' },
      // Keys are as good as the place they come from.
      redirect: 'error',
      signal: AbortSignal.any([signal, late.signal]),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`it answered ${response.status}`);
    }
    return keySetIn(await bounded(response));
  } finally {
    alarm.cancel();
  }
}

async function bounded({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error('its answer is larger than 1 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Throws where the text is no key set. */
export function keySetIn(text: string): JSONWebKeySet {
  const set = parse(text);
  if (typeof set === 'object' && set !== null && 'keys' in set && Array.isArray(set.keys)) return set as JSONWebKeySet;
  throw new Error('it is no JSON Web Key Set');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Said below like any other text that is none.
    return undefined;
  }
}
