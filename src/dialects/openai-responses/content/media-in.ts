// Images, files and audio of a request: `input_image`, `input_file`, `input_audio`. Undefined where nothing is in them.
import type { MediaPart, MediaSource } from '../../../core/index.ts';
import { asString, type JsonObject } from '../../json.ts';
import { given, Members } from '../members.ts';
import { readDataUrl, writeDataUrl } from './data-url.ts';

const pdf = 'application/pdf';

export function decodeImage(node: JsonObject): MediaPart | undefined {
  const members = new Members(node);
  members.take('type');
  const url = members.string('image_url');
  const id = url === undefined ? members.string('file_id') : undefined;
  const { source, form } = url === undefined ? fileSource(id) : urlSource(url, 'image/png');
  if (source === undefined) return undefined;
  const detail = members.string('detail');
  return { kind: 'media', media: 'image', source, ...given('detail', detail), extra: members.extra(form) };
}

export function decodeFile(node: JsonObject): MediaPart | undefined {
  const members = new Members(node);
  members.take('type');
  const name = members.string('filename');
  const data = members.string('file_data');
  const url = data === undefined ? members.string('file_url') : undefined;
  const id = data === undefined && url === undefined ? members.string('file_id') : undefined;
  const { source, form } =
    data === undefined ? (url === undefined ? fileSource(id) : { source: linked(url), form: {} }) : fileData(data);
  if (source === undefined) return undefined;
  return {
    kind: 'media',
    media: 'document',
    source,
    ...given('name', name),
    ...given('detail', members.string('detail')),
    extra: members.extra(form),
  };
}

/** `{input_audio: {data, format}}`, as in OpenAI Chat. */
export function decodeAudio(node: JsonObject): MediaPart | undefined {
  const members = new Members(node);
  members.take('type');
  const { data, format, ...others } = members.object('input_audio') ?? {};
  if (typeof data !== 'string') return undefined;
  const mimeType = `audio/${asString(format) ?? 'wav'}`;
  const form = { ...(format === undefined ? {} : { format }), ...others };
  return {
    kind: 'media',
    media: 'audio',
    source: { type: 'data', mimeType, base64: data },
    extra: members.extra(Object.keys(form).length === 0 ? {} : { audio: form }),
  };
}

interface Found {
  readonly source: MediaSource | undefined;
  readonly form: JsonObject;
}

function fileSource(id: string | undefined): Found {
  return { source: id === undefined ? undefined : { type: 'file', id }, form: {} };
}

/** The data may stand there without the head of a data URL, as base64 alone. */
function fileData(data: string): Found {
  if (data.startsWith('data:')) return urlSource(data, pdf);
  return { source: { type: 'data', mimeType: pdf, base64: data }, form: { bare: true } };
}

/** A data URL that would be written in another way is remembered as it was. */
function urlSource(url: string, usualMime: string): Found {
  const data = readDataUrl(url, usualMime);
  if (data === undefined) return { source: linked(url), form: {} };
  return { source: data, form: writeDataUrl(data) === url ? {} : { url } };
}

function linked(url: string): MediaSource {
  return { type: 'url', url };
}
