// Which kind of media a MIME type or an address is.
import type { MediaPart } from '../../../core/index.ts';

const byEnding = new Map(
  Object.entries({
    png: 'image/png',
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    gif: 'image/gif',
    webp: 'image/webp',
    heic: 'image/heic',
    mp3: 'audio/mpeg',
    wav: 'audio/wav',
    ogg: 'audio/ogg',
    flac: 'audio/flac',
    mp4: 'video/mp4',
    mov: 'video/quicktime',
    webm: 'video/webm',
    pdf: 'application/pdf',
    txt: 'text/plain',
  }),
);

export function mediaKind(mimeType: string): MediaPart['media'] {
  if (mimeType.startsWith('image/')) return 'image';
  if (mimeType.startsWith('audio/')) return 'audio';
  return mimeType.startsWith('video/') ? 'video' : 'document';
}

/** By the ending of its path; undefined where it tells nothing. */
export function mimeOf(address: string): string | undefined {
  const ending = /\.([a-z0-9]+)(?:[?#]|$)/i.exec(address)?.[1]?.toLowerCase();
  return ending === undefined ? undefined : byEnding.get(ending);
}

/** Pages of videos that the API fetches by itself: https://ai.google.dev/gemini-api/docs/video-understanding */
export function isVideoPage(address: string): boolean {
  return /^https?:\/\/(?:(?:www|m)\.)?(?:youtube\.com|youtu\.be)\//.test(address);
}

/** Files that the vendor keeps: no other vendor can read them. */
export function isKeptFile(address: string): boolean {
  return (
    /^gs:\/\//.test(address) || /^https:\/\/generativelanguage\.googleapis\.com\//.test(address) || isFileName(address)
  );
}

/** `files/abc`, the name of a file without the address of the API. */
function isFileName(address: string): boolean {
  return /^files\/[\w-]+$/.test(address);
}
