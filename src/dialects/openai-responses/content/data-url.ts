// Data URLs: `data:[mime][;parameters];base64,…`.
import type { MediaSource } from '../../../core/index.ts';

type Data = Extract<MediaSource, { type: 'data' }>;

export function readDataUrl(url: string, usualMime: string): Data | undefined {
  if (!url.startsWith('data:')) return undefined;
  const comma = url.indexOf(',');
  if (comma < 0) return undefined;
  const [mime = '', ...parameters] = url.slice('data:'.length, comma).split(';');
  const body = url.slice(comma + 1);
  const mimeType = mime === '' ? usualMime : mime;
  if (parameters.includes('base64')) return { type: 'data', mimeType, base64: body };
  return { type: 'data', mimeType, base64: Buffer.from(decoded(body)).toString('base64') };
}

export function writeDataUrl({ mimeType, base64 }: { readonly mimeType: string; readonly base64: string }): string {
  return `data:${mimeType};base64,${base64}`;
}

/** Percent-encoded text; as it is where it is not encoded properly. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
