// Images and documents that a client gives by URL, fetched and put in as data: for lanes whose dialect takes no URLs.
import type { Clock, Conversation, MediaFetch, MediaPart, Part, ToolResultPart } from '../../core/index.ts';
import { GatewayError } from '../../core/index.ts';
import { fetchMedia, type Media } from '../../upstream/media/fetch-media.ts';

const mostUrls = 32;

type Fetched = ReadonlyMap<string, Media>;

/** Rejects with `untranslatable` where one of them cannot be had. The conversation itself where there are none. */
export async function inlineMedia(
  conversation: Conversation,
  limits: MediaFetch,
  signal: AbortSignal,
  clock: Clock,
): Promise<Conversation> {
  const urls = new Set<string>();
  for (const { parts } of conversation.turns) collect(parts, urls);
  if (urls.size === 0) return conversation;
  if (urls.size > mostUrls) {
    const message = `The request names ${urls.size} files by URL; at most ${mostUrls} are fetched. Send them as base64 instead.`;
    throw new GatewayError('untranslatable', { message });
  }
  const fetched = await fetchAll([...urls], limits, signal, clock);
  const turns = conversation.turns.map((turn) => ({
    ...turn,
    parts: turn.parts.map((part) => inlined(part, fetched)),
  }));
  return { ...conversation, turns };
}

/** All of them, or none: where one cannot be had the others are not waited for. */
async function fetchAll(
  urls: readonly string[],
  limits: MediaFetch,
  signal: AbortSignal,
  clock: Clock,
): Promise<Fetched> {
  const over = new AbortController();
  const ended = AbortSignal.any([signal, over.signal]);
  const room = { left: limits.maxBytes };
  try {
    const each = urls.map(async (url) => [url, await fetchMedia(url, limits, room, ended, clock)] as const);
    return new Map(await Promise.all(each));
  } finally {
    over.abort();
  }
}

function collect(parts: readonly Part[], urls: Set<string>): void {
  for (const part of parts) {
    if (part.kind === 'tool-result') collect(part.content, urls);
    else if (part.kind === 'media' && isFetched(part)) urls.add((part.source as { url: string }).url);
  }
}

/** Vendors' own stores, and videos, are for the vendor to read. */
function isFetched({ media, source }: MediaPart): boolean {
  return source.type === 'url' && (media === 'image' || media === 'document') && /^https?:/i.test(source.url);
}

function inlined(part: Part, fetched: Fetched): Part {
  if (part.kind === 'tool-result') {
    const content = part.content.map((inner) => inlined(inner, fetched));
    return { ...part, content } satisfies ToolResultPart;
  }
  if (part.kind !== 'media' || part.source.type !== 'url') return part;
  const media = fetched.get(part.source.url);
  if (media === undefined) return part;
  const { mimeType, base64 } = media;
  const source: MediaPart['source'] =
    mimeType === 'text/plain'
      ? { type: 'text', text: Buffer.from(base64, 'base64').toString(), mimeType }
      : { type: 'data', mimeType, base64 };
  return { ...part, source };
}
