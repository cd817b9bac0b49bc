// Fetches what a client gives by its URL, for an upstream that takes the bytes only. The URL is the client's: addresses
// that are not public are refused when the connection is made, so that no name can be made to point elsewhere in between.
import { lookup } from 'node:dns';
import { isIP } from 'node:net';
import { Agent } from 'undici';
import { type Clock, GatewayError, type MediaFetch } from '../../core/index.ts';
import { isPublic } from './public-address.ts';

export interface Media {
  /** Without parameters. */
  readonly mimeType: string;
  readonly base64: string;
}

const mostRedirects = 3;

/** What may still be fetched for a request, all its files together. Bytes. */
export interface Room {
  left: number;
}

/** Rejects with `untranslatable`, saying why, or with the reason of `signal`. */
export async function fetchMedia(
  url: string,
  limits: MediaFetch,
  room: Room,
  signal: AbortSignal,
  clock: Clock,
): Promise<Media> {
  const agent = new Agent({ connect: { lookup: lookupAllowed(limits), timeout: 0 } });
  const late = new AbortController();
  const alarm = clock.after(limits.timeout, () => late.abort());
  try {
    return await follow(url, agent, limits, room, AbortSignal.any([signal, late.signal]), mostRedirects);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof GatewayError) throw error;
    const why = late.signal.aborted ? `it took longer than ${limits.timeout / 1000} s` : 'the connection failed';
    throw refusal(url, why, error);
  } finally {
    alarm.cancel();
    void agent.destroy();
  }
}

async function follow(
  url: string,
  agent: Agent,
  limits: MediaFetch,
  room: Room,
  signal: AbortSignal,
  left: number,
): Promise<Media> {
  const at = allowed(url, limits);
  const { statusCode, headers, body } = await agent.request({
    origin: at.origin,
    path: at.pathname + at.search,
    method: 'GET',
    headers: { accept: 'image/*, application/pdf, text/plain', 'user-agent': 'Portico' },
    signal,
  });
  const { location } = headers;
  if (statusCode >= 300 && statusCode < 400 && typeof location === 'string') {
    await body.dump();
    const next = URL.parse(location, at.href);
    if (next === null || left === 0) throw refusal(url, 'it leads on too often');
    return follow(next.href, agent, limits, room, signal, left - 1);
  }
  if (statusCode !== 200) {
    await body.dump();
    throw refusal(url, `its server answered ${statusCode}`);
  }
  const mimeType =
    String(headers['content-type'] ?? '')
      .split(';', 1)[0]
      ?.trim()
      .toLowerCase() ?? '';
  if (!/^(image\/|application\/pdf$|text\/plain$)/.test(mimeType)) {
    await body.dump();
    throw refusal(url, `it is neither an image nor a document (${mimeType || 'no content type'})`);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) {
    room.left -= chunk.length;
    if (room.left < 0) throw refusal(url, `the files of the request are larger than ${limits.maxBytes} bytes`);
    chunks.push(chunk);
  }
  return { mimeType, base64: Buffer.concat(chunks).toString('base64') };
}

/** The URL, if it may be asked. An address in its place of a name is never looked up: it is judged here. */
function allowed(url: string, limits: MediaFetch): URL {
  const at = URL.parse(url);
  if (at === null || (at.protocol !== 'http:' && at.protocol !== 'https:')) throw refusal(url, 'it is no http URL');
  if (at.username !== '' || at.password !== '') throw refusal(url, 'it holds credentials');
  const host = at.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isPublic(host) && !limits.allows(host)) throw refusal(url, 'its address is not public');
  return at;
}

/** node's lookup, without the addresses that may not be asked. */
function lookupAllowed({ allows }: MediaFetch): typeof lookup {
  const guarded: typeof lookup = ((name: string, options: object, answer: (...told: unknown[]) => void) => {
    lookup(name, { ...options, all: true }, (error, found) => {
      if (error !== null) return answer(error);
      const usable = found.filter(({ address }) => isPublic(address) || allows(address));
      const [first] = usable;
      if (first === undefined) return answer(refusal(name, 'its address is not public'));
      if ((options as { all?: boolean }).all === true) return answer(null, usable);
      answer(null, first.address, first.family);
    });
  }) as typeof lookup;
  return guarded;
}

/** Names no more of a URL than its host: what stands behind it may be a secret. */
function refusal(url: string, why: string, cause?: unknown): GatewayError {
  const host = URL.parse(url)?.hostname ?? 'the given address';
  const message = `The file at ${host.slice(0, 100)} could not be fetched: ${why}. Send its content as base64 instead.`;
  return new GatewayError('untranslatable', { message, cause });
}
