// Images, audio, video and files in the content of a message.
import type { MediaPart, MediaSource } from '../../../core/index.ts';
import { entryOf, type JsonObject } from '../../json.ts';
import { Members } from '../members.ts';
import { parseDataUrl } from './data-url.ts';

type Media = MediaPart['media'];

/** Undefined where the node does not have the members of its type. */
export function decodeMedia(type: string, node: JsonObject): MediaPart | undefined {
  const members = new Members(node);
  members.take('type');
  if (type === 'image_url') return linked(members, type, 'image');
  // OpenRouter's and Mistral's.
  if (type === 'video_url') return linked(members, type, 'video');
  if (type === 'document_url') return linked(members, type, 'document');
  if (type === 'input_audio') return audio(members);
  return type === 'file' ? file(members) : undefined;
}

/** `{image_url: {url, detail}}`, with Mistral also `{image_url: '…'}`. */
function linked(members: Members, type: string, media: Media): MediaPart | undefined {
  const bare = members.string(type);
  const inner = bare === undefined ? members.inside(type) : undefined;
  const url = bare ?? inner?.string('url');
  if (url === undefined) return undefined;
  if (type !== 'image_url') members.form.type = type;
  if (bare !== undefined) members.form.bare = true;
  const detail = inner?.string('detail');
  const name = members.string('document_name');
  return {
    kind: 'media',
    media,
    source: urlSource(url),
    ...(detail === undefined ? {} : { detail }),
    ...(name === undefined ? {} : { name }),
    extra: members.extra(),
  };
}

function urlSource(url: string): MediaSource {
  const data = parseDataUrl(url);
  return data === undefined ? { type: 'url', url } : { type: 'data', ...data };
}

const audioTypes: Readonly<Record<string, string>> = { mp3: 'audio/mpeg', pcm16: 'audio/pcm' };

function audio(members: Members): MediaPart | undefined {
  const inner = members.inside('input_audio');
  const base64 = inner?.string('data');
  if (inner === undefined || base64 === undefined) return undefined;
  const format = inner.string('format') ?? 'wav';
  const mimeType = entryOf(audioTypes, format) ?? `audio/${format}`;
  return { kind: 'media', media: 'audio', source: { type: 'data', mimeType, base64 }, extra: members.extra() };
}

function file(members: Members): MediaPart | undefined {
  const inner = members.inside('file');
  const data = inner?.string('file_data');
  const id = data === undefined ? inner?.string('file_id') : undefined;
  if (inner === undefined || (data === undefined && id === undefined)) return undefined;
  const name = inner.string('filename');
  const source: MediaSource = data === undefined ? { type: 'file', id: id ?? '' } : urlSource(data);
  const media = 'mimeType' in source && source.mimeType !== undefined ? mediaOf(source.mimeType) : 'document';
  members.form.type = 'file';
  return { kind: 'media', media, source, ...(name === undefined ? {} : { name }), extra: members.extra() };
}

function mediaOf(mimeType: string): Media {
  const [family] = mimeType.split('/', 1);
  return family === 'image' || family === 'audio' || family === 'video' ? family : 'document';
}
