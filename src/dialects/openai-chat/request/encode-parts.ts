// The content of a message that is not the assistant's.
import type { Destination, JsonObject, Part } from '../../../core/index.ts';
import { complete, formOf, own } from '../members.ts';
import { encodeMedia } from '../message/encode-media.ts';

/** In the spelling of a message of this dialect: a text where it was one and still is; undefined where there was none. */
export function asContent(parts: readonly Part[], form: JsonObject, to: Destination): unknown {
  if (form.content === 'list') return encodeParts(parts, to);
  const [only] = parts;
  if (only === undefined) return form.content === 'absent' ? undefined : form.content;
  return parts.length === 1 && only.kind === 'text' ? only.text : encodeParts(parts, to);
}

export function encodeParts(parts: readonly Part[], to: Destination): JsonObject[] {
  return parts.flatMap((part) => encodePart(part, to));
}

function encodePart(part: Part, to: Destination): JsonObject[] {
  const isOwn = part.extra?.dialect === own;
  switch (part.kind) {
    case 'text': {
      const { bare } = formOf(part.extra);
      if (bare !== undefined) return [bare as JsonObject];
      to.notes.dropExtra('part', part.extra, own);
      if (part.citations !== undefined) to.notes.drop('text.citations');
      return [complete({ type: 'text', text: part.text }, part.extra)];
    }
    case 'refusal':
      return [complete({ type: 'refusal', refusal: part.text }, part.extra)];
    case 'media':
      return encodeMedia(part, to);
    case 'reasoning':
      if (!isOwn) return dropped(to);
      return [complete({ type: 'thinking', thinking: [{ type: 'text', text: part.text }] }, part.extra)];
    case 'native':
      return part.dialect === own ? [part.raw] : dropped(to);
    default:
      return dropped(to);
  }
}

function dropped({ notes }: Destination): [] {
  notes.drop('part');
  return [];
}
