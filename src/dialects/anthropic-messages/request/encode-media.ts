// Images and documents -> blocks. Sound and film this dialect does not know, nor images in other formats than four.
import { GatewayError, type MediaPart } from '../../../core/index.ts';
import { given } from '../../canonical/given.ts';
import { type Draft, formOf, own, written } from '../members.ts';
import { encodePart, type Place } from './encode-parts.ts';

const imageTypes: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

export function encodeMedia(part: MediaPart, place: Place): Draft[] {
  const { notes } = place.to;
  if (part.media === 'audio' || part.media === 'video') {
    const what = part.media === 'audio' ? 'Audio' : 'Video';
    throw untranslatable(`${what} cannot be sent to this model: it takes text, images and documents. Leave it out.`);
  }
  // Only clients show pictures here; what a model of another vendor drew cannot be given back as its own.
  if (!place.verbatim && place.role !== 'user') {
    notes.drop('part');
    return [];
  }
  if (part.detail !== undefined) notes.drop('media.detail');
  return [part.media === 'image' ? encodeImage(part, place) : encodeDocument(part, place)];
}

function encodeImage(part: MediaPart, place: Place): Draft {
  const { source, extra } = part;
  if (source.type === 'text' || source.type === 'parts')
    throw untranslatable('An image must be given as data or a URL.');
  return written({ type: 'image', source: sourceOf(source, part, place) }, extra);
}

function encodeDocument(part: MediaPart, place: Place): Draft {
  const { source, context, citations, extra } = part;
  const form = formOf(extra);
  const cited = citations === undefined ? undefined : { enabled: citations };
  if (form.block === 'search_result' && source.type === 'parts') {
    const content = source.parts.flatMap((inner) => encodePart(inner, place));
    return written({ type: 'search_result', source: context, title: part.title, content, citations: cited }, extra);
  }
  const title = part.title ?? (extra?.dialect === own ? undefined : part.name);
  return written({ type: 'document', source: sourceOf(source, part, place), title, context, citations: cited }, extra);
}

function sourceOf(source: MediaPart['source'], part: MediaPart, place: Place): Draft {
  switch (source.type) {
    case 'url':
      if (place.to.facts.imageUrls === false) {
        throw untranslatable('This model takes no URLs of images and documents. Send the data itself, as base64.');
      }
      return written({ type: 'url', url: source.url, ...(isOwn(part) ? given({ media_type: source.mimeType }) : {}) });
    case 'file':
      if (isOwn(part) || place.verbatim) return { type: 'file', file_id: source.id };
      throw untranslatable('A file kept by another vendor cannot be sent to this model. Send its content instead.');
    case 'text':
      return { type: 'text', media_type: source.mimeType ?? 'text/plain', data: source.text };
    case 'parts': {
      const content = source.parts.flatMap((inner) => encodePart(inner, place));
      const asText = formOf(part.extra).content === 'string' && content.length === 1;
      return { type: 'content', content: asText ? content[0]?.text : content };
    }
    default:
      return part.media === 'image' ? imageData(source, place) : documentData(source, place);
  }
}

interface Data {
  readonly mimeType: string;
  readonly base64: string;
}

function imageData({ mimeType, base64 }: Data, { verbatim }: Place): Draft {
  const type = mimeType === 'image/jpg' && !verbatim ? 'image/jpeg' : mimeType;
  if (!verbatim && !imageTypes.has(type)) {
    throw untranslatable(`Images of type ${mimeType} cannot be sent to this model. Send JPEG, PNG, GIF or WebP.`);
  }
  return { type: 'base64', media_type: type, data: base64 };
}

function documentData({ mimeType, base64 }: Data, { verbatim }: Place): Draft {
  if (verbatim || mimeType === 'application/pdf') return { type: 'base64', media_type: mimeType, data: base64 };
  if (!mimeType.startsWith('text/') && mimeType !== 'application/json') {
    throw untranslatable(`Documents of type ${mimeType} cannot be sent to this model. Send PDF or text.`);
  }
  return { type: 'text', media_type: 'text/plain', data: Buffer.from(base64, 'base64').toString() };
}

function isOwn({ extra }: MediaPart): boolean {
  return extra?.dialect === own;
}

function untranslatable(message: string): GatewayError {
  return new GatewayError('untranslatable', { message });
}
