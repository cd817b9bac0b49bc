// Images, audio and files as parts of a message's content.
import { GatewayError, type MediaPart, type Notes, type Part, type UpstreamFacts } from '../../../core/index.ts';
import { entryOf, type JsonObject } from '../../json.ts';
import { complete, formOf, own } from '../members.ts';
import { dataUrl, plainType } from './data-url.ts';

export interface MediaContext {
  readonly notes: Notes;
  readonly facts: UpstreamFacts;
}

/** Throws `untranslatable` for what the dialect cannot carry. Several parts where a text stands in front. */
export function encodeMedia(part: MediaPart, ctx: MediaContext): JsonObject[] {
  if (part.extra?.dialect === own) return [ownMedia(part)];
  if (part.citations === true) ctx.notes.drop('media.citations');
  ctx.notes.dropExtra('part', part.extra, own);
  if (part.source.type === 'file') {
    refuse(part, `a file that only the vendor behind another API keeps (${part.source.id}). Send its content instead.`);
  }
  if (part.media === 'video')
    refuse(part, 'a video, which this dialect has no place for. Use a model reached in another one.');
  if (part.media === 'image') return [foreignImage(part, ctx)];
  return part.media === 'audio' ? [foreignAudio(part)] : foreignDocument(part, ctx);
}

/** A picture in an answer; undefined where it is none, or cannot be said. */
export function encodeImage(part: MediaPart): JsonObject | undefined {
  if (part.extra?.dialect === own) return ownMedia(part);
  const url = part.media === 'image' ? urlOf(part) : undefined;
  return url === undefined ? undefined : { type: 'image_url', image_url: { url } };
}

function refuse({ media }: MediaPart, what: string): never {
  const message = `${media}: the request holds ${what}`;
  throw new GatewayError('untranslatable', { message });
}

function urlOf({ source }: MediaPart): string | undefined {
  if (source.type === 'url') return source.url;
  return source.type === 'data' ? dataUrl(source) : undefined;
}

/** As it came, in the spelling of its type. */
function ownMedia(part: MediaPart): JsonObject {
  const form = formOf(part.extra);
  const url = asItCame(part, form);
  if (part.media === 'audio' && form.type !== 'file') {
    return complete({ type: 'input_audio', input_audio: audioOf(part) ?? {} }, part.extra);
  }
  if (form.type === 'file') {
    const content = part.source.type === 'file' ? { file_id: part.source.id } : { file_data: url };
    const name = part.name === undefined ? {} : { filename: part.name };
    return complete({ type: 'file', file: { ...content, ...name } }, part.extra);
  }
  const type = typeof form.type === 'string' ? form.type : 'image_url';
  const detail = part.detail === undefined ? {} : { detail: part.detail };
  const name = part.name === undefined ? {} : { document_name: part.name };
  return complete({ type, [type]: form.bare === true ? url : { url, ...detail }, ...name }, part.extra);
}

function asItCame(part: MediaPart, form: JsonObject): string | undefined {
  const { source } = part;
  if (source.type !== 'data') return urlOf(part);
  if (form.bareData === true) return source.base64;
  const { mimeType } = form;
  const isSame = typeof mimeType === 'string' && plainType(mimeType) === source.mimeType;
  return dataUrl(isSame ? { mimeType, base64: source.base64 } : source);
}

function foreignImage(part: MediaPart, { notes, facts }: MediaContext): JsonObject {
  const url = urlOf(part);
  if (url === undefined) refuse(part, 'an image without content. Send it in base64 or as a URL.');
  if (part.source.type === 'url' && facts.imageUrls === false) {
    refuse(part, 'an image as a URL, which this provider does not fetch. Send it in base64.');
  }
  if (part.detail === undefined) return { type: 'image_url', image_url: { url } };
  // `original` is known to the Responses API only.
  const known = ['low', 'high', 'auto'].includes(part.detail);
  if (!known) notes.drop('media.detail');
  return { type: 'image_url', image_url: known ? { url, detail: part.detail } : { url } };
}

const formats: Readonly<Record<string, string>> = {
  'audio/mpeg': 'mp3',
  'audio/mpga': 'mp3',
  'audio/x-wav': 'wav',
  'audio/wave': 'wav',
  'audio/vnd.wave': 'wav',
  'audio/x-m4a': 'm4a',
  'audio/mp4': 'm4a',
  'audio/pcm': 'pcm16',
  'audio/l16': 'pcm16',
};

function audioOf({ source }: MediaPart): JsonObject | undefined {
  if (source.type !== 'data') return undefined;
  const [mimeType = ''] = source.mimeType.toLowerCase().split(';', 1);
  return { data: source.base64, format: entryOf(formats, mimeType) ?? mimeType.replace(/^audio\/(x-)?/, '') };
}

function foreignAudio(part: MediaPart): JsonObject {
  const audio = audioOf(part);
  if (audio === undefined) refuse(part, 'audio as a URL. Send it in base64.');
  return { type: 'input_audio', input_audio: audio };
}

/** A text stays text, with its title ahead; anything else is a file. */
function foreignDocument(part: MediaPart, ctx: MediaContext): JsonObject[] {
  const { source, name, title, context } = part;
  const text = textOf(part);
  if (text !== undefined) return [{ type: 'text', text: headed(text, part) }];
  if (source.type === 'parts') {
    return [...heading(part), ...source.parts.flatMap((inner) => within(inner, ctx))];
  }
  const data = urlOf(part);
  if (source.type !== 'data' || data === undefined) refuse(part, 'a document as a URL. Send it in base64, or as text.');
  const filename = fileName(name ?? title ?? 'document', source.mimeType);
  const told = context === undefined ? [] : [{ type: 'text', text: context }];
  return [...told, { type: 'file', file: { filename, file_data: data } }];
}

function textOf({ source }: MediaPart): string | undefined {
  if (source.type === 'text') return source.text;
  if (source.type !== 'data' || !source.mimeType.startsWith('text/')) return undefined;
  return Buffer.from(source.base64, 'base64').toString();
}

function headed(text: string, { title, name, context }: MediaPart): string {
  return [title ?? name, context, text].filter((line) => line !== undefined && line !== '').join('\n\n');
}

function heading(part: MediaPart): JsonObject[] {
  const text = headed('', part);
  return text === '' ? [] : [{ type: 'text', text }];
}

function within(part: Part, ctx: MediaContext): JsonObject[] {
  if (part.kind === 'text') return part.text === '' ? [] : [{ type: 'text', text: part.text }];
  if (part.kind === 'media') return encodeMedia(part, ctx);
  ctx.notes.drop('part');
  return [];
}

/** Vendors tell the type by the extension; a title has none. */
function fileName(name: string, mimeType: string): string {
  if (/\.[a-z0-9]{1,5}$/i.test(name)) return name;
  const [, subtype = ''] = mimeType.split('/', 2);
  return `${name}.${/^[a-z0-9]{1,5}$/.test(subtype) ? subtype : 'bin'}`;
}
