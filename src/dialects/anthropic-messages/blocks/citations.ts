// Citations of a text block. All of them mean the whole block; what they point at (characters, pages, blocks of a
// document, a search result) only this dialect can say.
import type { Citation, JsonObject } from '../../../core/index.ts';
import { given } from '../../canonical/given.ts';
import { unsigned } from '../../canonical/unsigned.ts';
import { asObject } from '../../json.ts';
import { type Draft, fieldsOf, formOf, Members, own, written } from '../members.ts';

export function decodeCitations(list: readonly unknown[] | undefined): Citation[] | undefined {
  const citations = list?.map(asObject).filter((citation) => citation !== undefined);
  return citations?.map(decodeCitation);
}

export function decodeCitation(citation: JsonObject): Citation {
  const members = new Members(citation);
  const type = members.string('type') ?? '';
  const quote = members.string('cited_text');
  const url = members.string(urlName(type));
  const title = members.string(titleName(type));
  return { ...given({ url, title, quote }), ...given({ extra: members.extra({ type }) }) };
}

/** Undefined for one that names no page: this dialect has nothing for it. `text` is that of the block. */
export function encodeCitation(citation: Citation, text: string): Draft | undefined {
  const { url, title, extra } = citation;
  if (extra?.dialect === own) {
    const type = String(formOf(extra).type ?? '');
    const named = { type, cited_text: citation.quote, [urlName(type)]: url, [titleName(type)]: title };
    return written(named, extra);
  }
  if (url === undefined) return undefined;
  const quote = citation.quote ?? text.slice(citation.start ?? 0, citation.end);
  const type = 'web_search_result_location';
  // The title may be null by the official types, but a widely used client does not take it.
  return { type, url, title: title ?? url, cited_text: quote, encrypted_index: unsigned };
}

/** Whether the upstream can check it: citations of searches are sealed, and those of other dialects have no seal. */
export function isSealed(citation: Citation): boolean {
  if (citation.extra?.dialect !== own) return false;
  if (formOf(citation.extra).type !== 'web_search_result_location') return true;
  const { encrypted_index: seal } = fieldsOf(citation.extra);
  return typeof seal === 'string' && seal !== unsigned;
}

function urlName(type: string): string {
  return type === 'search_result_location' ? 'source' : 'url';
}

function titleName(type: string): string {
  return type === 'web_search_result_location' || type === 'search_result_location' ? 'title' : 'document_title';
}
