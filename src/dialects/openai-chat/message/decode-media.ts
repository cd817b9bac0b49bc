// Images, audio, video and files in the content of a message.
import type { MediaPart, MediaSource } from '../../../core/index.ts';
import { entryOf, type JsonObject } from '../../json.ts';
import { Members } from '../members.ts';
import { parseDataUrl, plainType } from './data-url.ts';

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
    source: urlSource(url, members),
    ...(detail === undefined ? {} : { detail }),
    ...(name === undefined ? {} : { name }),
    extra: members.extra(),
  };
}

function urlSource(url: string, { form }: Members): MediaSource {
  const data = parseDataUrl(url);
  if (data === undefined) return { type: 'url', url };
  const mimeType = plainType(data.mimeType);
  if (mimeType !== data.mimeType) form.mimeType = data.mimeType;
  return { type: 'data', mimeType, base64: data.base64 };
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
  const source = data === undefined ? ({ type: 'file', id: id ?? '' } as const) : fileSource(data, name, members);
  const media = 'mimeType' in source && source.mimeType !== undefined ? mediaOf(source.mimeType) : 'document';
  members.form.type = 'file';
  return { kind: 'media', media, source, ...(name === undefined ? {} : { name }), extra: members.extra() };
}

/** The specification calls it "base64 encoded file data"; nearly all clients send a data URL. */
function fileSource(data: string, name: string | undefined, members: Members): MediaSource {
  if (/^[a-z][a-z\d+.-]*:/i.test(data)) return urlSource(data, members);
  members.form.bareData = true;
  const extension = /\.([a-z]+)$/i.exec(name ?? '')?.[1]?.toLowerCase();
  return { type: 'data', mimeType: entryOf(textTypes, extension) ?? 'application/pdf', base64: data };
}

const textTypes: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  html: 'text/html',
  json: 'application/json',
  md: 'text/markdown',
  txt: 'text/plain',
};

function mediaOf(mimeType: string): Media {
  const [family] = mimeType.split('/', 1);
  return family === 'image' || family === 'audio' || family === 'video' ? family : 'document';
}
