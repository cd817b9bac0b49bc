// What an answer is founded on: `groundingMetadata` of a search, `citationMetadata` of text known from elsewhere.
import type { Citation, JsonObject, SearchPart } from '../../../core/index.ts';
import { asArray, asObject, asString } from '../../json.ts';
import { extraOf } from '../wire/members.ts';
import { Segments, type Spot, type Told } from './segments.ts';

export interface Grounding {
  readonly search: SearchPart | undefined;
  /** By position among the text parts. */
  readonly citations: ReadonlyMap<number, readonly Citation[]>;
}

export function readGrounding(
  grounding: JsonObject | undefined,
  recited: JsonObject | undefined,
  told: readonly Told[],
  id: string,
): Grounding {
  const citations = new Map<number, Citation[]>();
  if (grounding === undefined && recited === undefined) return { search: undefined, citations };
  const segments = new Segments(told);
  const add = (at: number, citation: Citation) => {
    const known = citations.get(at);
    if (known === undefined) citations.set(at, [citation]);
    else known.push(citation);
  };
  const chunks = (asArray(grounding?.groundingChunks) ?? []).map(sourceOf);
  for (const support of asArray(grounding?.groundingSupports) ?? []) {
    const { segment, groundingChunkIndices } = asObject(support) ?? {};
    const place = asObject(segment) ?? {};
    const spot = segments.find(place);
    if (spot === undefined) continue;
    const { at, range } = placed(spot);
    for (const index of asArray(groundingChunkIndices) ?? []) {
      const source = typeof index === 'number' ? chunks[index] : undefined;
      if (source?.url !== undefined) add(at, { ...source, ...quoteOf(place), ...range });
    }
  }
  for (const source of asArray(recited?.citationSources) ?? asArray(recited?.citations) ?? []) {
    const { startIndex, endIndex, uri, title, ...rest } = asObject(source) ?? {};
    const spot = segments.find({ startIndex, endIndex });
    const about = sourceFrom({ uri, title });
    if (spot === undefined || about.url === undefined) continue;
    const { at, range } = placed(spot);
    const fields = Object.keys(rest).length === 0 ? undefined : rest;
    add(at, { ...about, ...range, ...extraOf(fields, { recited: true }) });
  }
  return { search: readSearch(grounding, id), citations };
}

/** Offsets that lie outside of the text (of a part that was filtered) say nothing. */
function placed({ at, start, end }: Spot): { readonly at: number; readonly range: Pick<Citation, 'start' | 'end'> } {
  return { at, range: end > start ? { start, end } : {} };
}

function readSearch(grounding: JsonObject | undefined, id: string): SearchPart | undefined {
  const queries = (asArray(grounding?.webSearchQueries) ?? []).filter((query) => typeof query === 'string');
  const pages = (asArray(grounding?.groundingChunks) ?? []).filter((chunk) => asObject(asObject(chunk)?.web));
  const results = pages.map(sourceOf).flatMap(({ url, title }) => {
    return url === undefined ? [] : [{ url, ...(title === undefined ? {} : { title }) }];
  });
  if (queries.length === 0 && results.length === 0) return undefined;
  return { kind: 'search', id, queries, ...(results.length === 0 ? {} : { results }) };
}

type Source = Pick<Citation, 'url' | 'title'>;

/** A page, a place on a map or a document of one's own. */
function sourceOf(chunk: unknown): Source {
  const { web, maps, retrievedContext, image } = asObject(chunk) ?? {};
  const source = asObject(web ?? maps ?? retrievedContext ?? image) ?? {};
  return sourceFrom({ ...source, uri: source.uri ?? source.sourceUri });
}

function sourceFrom({ uri, title }: JsonObject): Source {
  const [url, name] = [asString(uri), asString(title)];
  return {
    ...(url === undefined || url === '' ? {} : { url }),
    ...(name === undefined || name === '' ? {} : { title: name }),
  };
}

function quoteOf({ text }: JsonObject): Pick<Citation, 'quote'> {
  const quote = asString(text);
  return quote === undefined ? {} : { quote };
}
