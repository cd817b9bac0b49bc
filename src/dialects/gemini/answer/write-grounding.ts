// Searches and citations as `groundingMetadata`: sources once each, and which words are founded on which of them.
import type { Citation, JsonObject, SearchPart } from '../../../core/index.ts';
import { byteOffset } from './segments.ts';

/** A text part with its citations. `index`: among all parts; undefined in streams, where the text is one. */
export interface Cited {
  readonly text: string;
  readonly index: number | undefined;
  /** Bytes of the texts in front of it, where the text is one. */
  readonly bytesBefore: number;
  readonly citations: readonly Citation[];
}

export interface Written {
  readonly groundingMetadata?: JsonObject;
  readonly citationMetadata?: JsonObject;
  /** Citations without an address: this API has no place for them. */
  readonly unsaid: boolean;
}

export function writeGrounding(searches: readonly SearchPart[], cited: readonly Cited[]): Written {
  const sources = new Sources();
  const queries = searches.flatMap((search) => search.queries);
  for (const { results = [] } of searches) for (const { url, title } of results) sources.indexOf(url, title);
  const supports = new Map<string, { segment: JsonObject; groundingChunkIndices: number[] }>();
  const recited: JsonObject[] = [];
  let unsaid = false;
  for (const text of cited) {
    for (const citation of text.citations) {
      if (citation.url === undefined) {
        unsaid = true;
        continue;
      }
      const segment = segmentOf(citation, text);
      if (isRecited(citation)) {
        recited.push(recitation(citation, segment));
        continue;
      }
      const key = JSON.stringify(segment);
      const support = supports.get(key) ?? { segment, groundingChunkIndices: [] };
      supports.set(key, support);
      const index = sources.indexOf(citation.url, citation.title);
      if (!support.groundingChunkIndices.includes(index)) support.groundingChunkIndices.push(index);
    }
  }
  const groundingMetadata = {
    ...(queries.length === 0 ? {} : { webSearchQueries: queries }),
    ...(sources.chunks.length === 0 ? {} : { groundingChunks: sources.chunks }),
    ...(supports.size === 0 ? {} : { groundingSupports: [...supports.values()] }),
  };
  return {
    ...(Object.keys(groundingMetadata).length === 0 ? {} : { groundingMetadata }),
    ...(recited.length === 0 ? {} : { citationMetadata: { citationSources: recited } }),
    unsaid,
  };
}

class Sources {
  readonly chunks: JsonObject[] = [];
  readonly #known = new Map<string, number>();

  indexOf(uri: string, title: string | undefined): number {
    const found = this.#known.get(uri);
    if (found !== undefined) return found;
    this.chunks.push({ web: { uri, ...(title === undefined ? {} : { title }) } });
    this.#known.set(uri, this.chunks.length - 1);
    return this.chunks.length - 1;
  }
}

/** A citation without offsets is of the whole part. */
function segmentOf({ start = 0, end }: Citation, { text, index, bytesBefore }: Cited): JsonObject {
  const [startIndex, endIndex] = [byteOffset(text, start), byteOffset(text, end ?? text.length)];
  return {
    ...(index === undefined || index === 0 ? {} : { partIndex: index }),
    ...(startIndex + bytesBefore === 0 ? {} : { startIndex: startIndex + bytesBefore }),
    endIndex: endIndex + bytesBefore,
    // Of the answer; the words of the source, which some dialects quote, have no place.
    text: text.slice(start, end ?? text.length),
  };
}

function isRecited({ extra }: Citation): boolean {
  return extra?.dialect === 'gemini' && extra.form?.recited === true;
}

function recitation({ url, title, extra }: Citation, { startIndex, endIndex }: JsonObject): JsonObject {
  return {
    ...(startIndex === undefined ? {} : { startIndex }),
    endIndex,
    uri: url,
    ...(title === undefined ? {} : { title }),
    ...extra?.fields,
  };
}
