// Embeddings asked for in one dialect and made in another. Pure, like translate-request.ts.
import {
  type Destination,
  type DialectName,
  type EmbeddingsCodec,
  type EmbeddingsRequest,
  GatewayError,
  type JsonObject,
  type Usage,
  type Words,
} from '../../core/index.ts';
import { Dropped } from '../../dialects/canonical/notes.ts';
import { codecs } from '../../dialects/codecs.ts';
import { plainUsage } from '../../dialects/usage.ts';

/** What a client wants embedded, understood once for all targets that are tried. */
export interface SpokenEmbeddings {
  readonly from: DialectName;
  readonly words: Words;
  readonly request: EmbeddingsRequest;
  readonly dropped: readonly string[];
}

export interface SaidEmbeddings {
  readonly body: JsonObject;
  /** Which of the dialect's paths it is for, where there are several (`batchEmbedContents`). */
  readonly method: string | undefined;
  readonly dropped: readonly string[];
}

/** Throws `invalid-request` where the body cannot be understood. */
export function understandEmbeddings(from: DialectName, body: JsonObject, model: string | undefined): SpokenEmbeddings {
  const { words } = codecs[from].chat;
  const notes = new Dropped(words);
  const request = embeddingsCodec(from).decodeRequest(body, { model, stream: false, notes });
  return { from, words, request, dropped: notes.names() };
}

/** Throws `untranslatable`. */
export function sayEmbeddings(
  spoken: SpokenEmbeddings,
  to: DialectName,
  destination: Omit<Destination, 'notes'>,
): SaidEmbeddings {
  const notes = new Dropped(spoken.words);
  const { body, method } = embeddingsCodec(to).encodeRequest(spoken.request, { ...destination, notes });
  return { body, method, dropped: [...new Set([...spoken.dropped, ...notes.names()])] };
}

export interface ToldEmbeddings {
  readonly body: JsonObject;
  /** As the upstream reported it, if it did. */
  readonly usage: Usage | undefined;
}

/**
 * `estimate`: input tokens for a dialect that tells usage always, where the upstream told none. Throws `upstream-invalid`
 * where the answer holds no vectors, or not one for each input.
 */
export function translateEmbeddings(
  answer: JsonObject,
  way: { readonly from: DialectName; readonly to: DialectName; readonly request: EmbeddingsRequest },
  estimate: () => number,
): ToldEmbeddings {
  const { usage, ...decoded } = embeddingsCodec(way.from).decodeAnswer(answer);
  const { length } = way.request.inputs;
  const { vectors } = decoded;
  // Numbered twice the same, one is missing: the list has a gap.
  if (vectors.length !== length || Object.keys(vectors).length !== length) throw new GatewayError('upstream-invalid');
  const told = { ...decoded, usage: usage ?? plainUsage(estimate()) };
  return { body: embeddingsCodec(way.to).encodeAnswer(told, way.request), usage };
}

function embeddingsCodec(dialect: DialectName): EmbeddingsCodec {
  const { embeddings } = codecs[dialect];
  if (embeddings !== undefined) return embeddings;
  throw new GatewayError('not-offered', { message: `Embeddings of the dialect ${dialect} cannot be translated.` });
}
