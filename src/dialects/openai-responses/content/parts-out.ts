// Canonical parts as the content of a message or of a tool's result.
import type { Destination, Part } from '../../../core/index.ts';
import { type Draft, own } from '../members.ts';
import { encodeMedia } from './media-out.ts';
import { encodeCitation, encodeRefusal, encodeText } from './text.ts';

export interface Content {
  readonly to: Destination;
  /** The model's own words: text is `output_text`, and media have no place. */
  readonly assistant: boolean;
  /** Sent by a client of this dialect: left as it is, however odd. */
  readonly own: boolean;
}

export function encodeParts(parts: readonly Part[], content: Content): Draft[] {
  return parts.flatMap((part) => encodePart(part, content));
}

function encodePart(part: Part, content: Content): Draft[] {
  const { to, assistant } = content;
  switch (part.kind) {
    case 'text':
      if (part.text === '' && !content.own) return [];
      to.notes.dropExtra('part', part.extra, own);
      if (part.citations?.some((citation) => encodeCitation(citation, part.text.length).length === 0)) {
        to.notes.drop('text.citations');
      }
      // Servers that hold to the letter of the specification refuse the model's words without `annotations`.
      return [
        encodeText(part, assistant ? 'output_text' : 'input_text', assistant && !content.own ? ['annotations'] : []),
      ];
    case 'refusal':
      to.notes.dropExtra('part', part.extra, own);
      return [encodeRefusal(part)];
    case 'media':
      if (!assistant || part.extra?.dialect === own)
        return encodeMedia(part, to, (inner) => encodeParts(inner, content));
      break;
    case 'native':
      if (part.dialect === own) return [rawOf(part)];
      break;
    default:
  }
  to.notes.drop('part');
  return [];
}

/** What stood where a part should be and was no object. */
function rawOf({ type, raw }: { readonly type: string; readonly raw: Readonly<Record<string, unknown>> }): Draft {
  return (type === typeof raw.value && raw.type === undefined ? raw.value : raw) as Draft;
}
