// Images and documents -> media parts. A search result that a client gives is a document of parts with a title and a source.
import type { JsonObject, MediaPart, MediaSource, Part } from '../../../core/index.ts';
import { given } from '../../canonical/given.ts';
import { asArray, asObject } from '../../json.ts';
import { Members } from '../members.ts';
import { type Blob, decodeBlocks } from './decode.ts';

export function decodeImage(block: JsonObject): MediaPart | undefined {
  const members = new Members(block);
  members.take('type');
  const source = decodeSource(members.inner('source'), () => undefined);
  if (source === undefined) return undefined;
  return { kind: 'media', media: 'image', source, ...given({ extra: members.extra() }) };
}

export function decodeDocument(block: JsonObject, blob: Blob): MediaPart | undefined {
  const members = new Members(block);
  members.take('type');
  const source = decodeSource(members.inner('source'), (list) => decodeBlocks(list, blob));
  if (source === undefined) return undefined;
  const title = members.string('title');
  const context = members.string('context');
  const citations = members.inner('citations')?.boolean('enabled');
  const spelled = typeof asObject(block.source)?.content === 'string' ? { content: 'string' } : undefined;
  const extra = members.extra(spelled);
  return { kind: 'media', media: 'document', source, ...given({ title, context, citations, extra }) };
}

export function decodeSearchResult(block: JsonObject, blob: Blob): MediaPart | undefined {
  const content = asArray(block.content);
  if (content === undefined) return undefined;
  const members = new Members(block);
  members.take('type');
  members.take('content');
  const title = members.string('title');
  const context = members.string('source');
  const citations = members.inner('citations')?.boolean('enabled');
  const source: MediaSource = { type: 'parts', parts: decodeBlocks(content, blob) };
  const extra = members.extra({ block: 'search_result' });
  return { kind: 'media', media: 'document', source, ...given({ title, context, citations, extra }) };
}

function decodeSource(
  members: Members | undefined,
  parts: (list: readonly unknown[]) => readonly Part[] | undefined,
): MediaSource | undefined {
  const mimeType = members?.string('media_type');
  switch (members?.take('type')) {
    case 'base64': {
      const base64 = members.string('data');
      return base64 === undefined || mimeType === undefined ? undefined : { type: 'data', mimeType, base64 };
    }
    case 'url': {
      const url = members.string('url');
      return url === undefined ? undefined : { type: 'url', url, ...given({ mimeType }) };
    }
    case 'file': {
      const id = members.string('file_id');
      return id === undefined ? undefined : { type: 'file', id, ...given({ mimeType }) };
    }
    case 'text': {
      const text = members.string('data');
      return text === undefined ? undefined : { type: 'text', text, ...given({ mimeType }) };
    }
    case 'content': {
      const text = members.string('content');
      if (text !== undefined) return { type: 'parts', parts: [{ kind: 'text', text }] };
      const list = asArray(members.take('content'));
      const found = list === undefined ? undefined : parts(list);
      return found === undefined ? undefined : { type: 'parts', parts: found };
    }
    default:
      return undefined;
  }
}
