// Media of a conversation as parts of a request. What this dialect cannot carry is refused where the model would answer
// another question without it (wire.md 13).
import { type Destination, GatewayError, type MediaPart, type Part, type TextPart } from '../../../core/index.ts';
import { type Draft, formOf, own, present, withExtra } from '../members.ts';
import { readDataUrl, writeDataUrl } from './data-url.ts';

/** The parts to send for one of media: a document's title and context go in front of it as text. */
export function encodeMedia(
  part: MediaPart,
  to: Destination,
  encodeParts: (parts: readonly Part[]) => Draft[],
): Draft[] {
  to.notes.dropExtra('part', part.extra, own);
  if (part.media === 'audio') return [encodeAudio(part)];
  if (part.media === 'video') throw untranslatable('video', 'Leave the video out, or send pictures taken from it.');
  if (part.media === 'image') return [encodeImage(part, to)];
  if (part.citations === true) to.notes.drop('media.citations');
  const { source } = part;
  if (source.type === 'text') return encodeParts([...heading(part), { kind: 'text', text: source.text }]);
  if (source.type === 'parts') return encodeParts([...heading(part), ...source.parts]);
  return [...encodeParts(heading(part)), encodeFile(part)];
}

function encodeImage(part: MediaPart, { facts }: Destination): Draft {
  const { source, detail, extra } = part;
  if (source.type === 'url' && facts.imageUrls === false && extra?.dialect !== own) {
    throw untranslatable('an image as a URL, which this provider does not fetch', 'Send it in base64.');
  }
  if (source.type === 'text' || source.type === 'parts') {
    throw untranslatable('image given as text', 'Send the picture itself.');
  }
  const draft: Draft = { type: 'input_image' };
  if (source.type === 'file') draft.file_id = fileId(part);
  else draft.image_url = source.type === 'url' ? source.url : dataUrl(part, source);
  // The SDK's type demands a detail; `auto` is what is meant where none is given.
  draft.detail = detail ?? (extra?.dialect === own ? undefined : 'auto');
  return withExtra(present(draft), extra);
}

function encodeFile(part: MediaPart): Draft {
  const { source, extra, name } = part;
  const draft: Draft = { type: 'input_file', filename: name, detail: extra?.dialect === own ? part.detail : undefined };
  if (source.type === 'file') draft.file_id = fileId(part);
  else if (source.type === 'url') draft.file_url = source.url;
  else if (source.type === 'data') {
    draft.file_data = formOf(extra).bare === true ? source.base64 : dataUrl(part, source);
    // Data without a file name is refused.
    if (extra?.dialect !== own) draft.filename = name ?? `document.${extension(source.mimeType)}`;
  }
  return withExtra(present(draft), extra);
}

/** Sent only to whom it came from: no model is reached with sound in this dialect (wire.md 4). */
function encodeAudio(part: MediaPart): Draft {
  const { source, extra } = part;
  if (extra?.dialect !== own || source.type !== 'data') {
    throw untranslatable('audio', 'Send a transcript instead, or use a model that is reached in another dialect.');
  }
  const audio = { data: source.base64, ...(formOf(extra).audio as Draft | undefined) };
  return withExtra({ type: 'input_audio', input_audio: audio }, extra);
}

/** The client's own spelling, as long as it still says the same. */
function dataUrl(part: MediaPart, data: { readonly mimeType: string; readonly base64: string }): string {
  const { url } = formOf(part.extra);
  if (typeof url !== 'string') return writeDataUrl(data);
  return readDataUrl(url, data.mimeType)?.base64 === data.base64 ? url : writeDataUrl(data);
}

/** A file that another vendor keeps is out of reach. */
function fileId({ source, extra, media }: MediaPart): string {
  if (source.type === 'file' && extra?.dialect === own) return source.id;
  throw untranslatable(`${media} given by the id of a file`, 'Send its content, or a URL of it.');
}

function heading({ title, context }: MediaPart): TextPart[] {
  const text = [title, context].filter((line) => line !== undefined && line !== '').join('\n');
  return text === '' ? [] : [{ kind: 'text', text }];
}

function extension(mimeType: string): string {
  const subtype = mimeType.split('/')[1] ?? '';
  return /^[a-z0-9]{1,8}$/.test(subtype) ? subtype : 'bin';
}

function untranslatable(what: string, remedy: string): GatewayError {
  const message = `The model is reached in a dialect that cannot take this: ${what}. ${remedy}`;
  return new GatewayError('untranslatable', { message });
}
