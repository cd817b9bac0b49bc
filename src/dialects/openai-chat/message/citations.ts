// `annotations`: what of the text comes from where. Their offsets are into the whole content, those of canonical citations
// into their part.
import type { Citation } from '../../../core/index.ts';
import type { JsonObject } from '../../json.ts';
import { asObject } from '../../json.ts';
import { complete, Members, own } from '../members.ts';

export function decodeAnnotation(value: unknown): Citation {
  const members = new Members(asObject(value) ?? { value });
  const inner = members.node.type === 'url_citation' ? members.inside('url_citation') : undefined;
  if (inner === undefined) return { extra: members.extra() };
  members.take('type');
  const url = inner.string('url');
  const title = inner.string('title');
  const start = inner.number('start_index');
  const end = inner.number('end_index');
  const extra = members.extraIfAny();
  return {
    ...(url === undefined ? {} : { url }),
    ...(title === undefined ? {} : { title }),
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
    ...(extra === undefined ? {} : { extra }),
  };
}

/** `offset`: where its part begins in the content; `length`: that of the part. Undefined where the dialect has no place for it: a page of a document. */
export function encodeAnnotation(citation: Citation, offset: number, length: number): JsonObject | undefined {
  const { url, title, start, end, extra } = citation;
  if (url === undefined) return extra?.dialect === own ? complete({}, extra) : undefined;
  // Dialects that cite whole parts give no offsets.
  const cited = {
    start_index: offset + (start ?? 0),
    end_index: offset + (end ?? length),
    // The official type demands one, and the AI SDK refuses an annotation without.
    title: title ?? (extra?.dialect === own ? undefined : url),
    url,
  };
  if (cited.title === undefined) delete cited.title;
  return complete({ type: 'url_citation', url_citation: cited }, extra);
}
