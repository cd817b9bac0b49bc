// Embeddings: a vector made from a hash of the text, so that equal texts are equal and different ones differ.
import { createHash } from 'node:crypto';
import { asJson, asList, asText, countTokens, type Json } from '../conversation.ts';
import type { Exchange } from '../exchange.ts';

const dimensionsByDefault = 8;
const mostDimensions = 4096;

/** https://platform.openai.com/docs/api-reference/embeddings (SDKs ask for base64 unless told otherwise) */
export function openaiEmbeddings({ body, model }: Exchange): unknown {
  const inputs = inputTexts(body.input);
  const data = inputs.map((text, index) => {
    const values = vector(text, body.dimensions);
    return { object: 'embedding', index, embedding: body.encoding_format === 'base64' ? base64(values) : values };
  });
  const read = countTokens(inputs.join(' '));
  return { object: 'list', data, model, usage: { prompt_tokens: read, total_tokens: read } };
}

/** https://ai.google.dev/api/embeddings */
export function geminiEmbedding({ body }: Exchange): unknown {
  return { embedding: { values: contentVector(body) } };
}

export function geminiEmbeddings({ body }: Exchange): unknown {
  return { embeddings: asList(body.requests).map((request) => ({ values: contentVector(asJson(request)) })) };
}

function contentVector(request: Json): number[] {
  const parts = asList(asJson(request.content).parts).map((part) => asText(asJson(part).text));
  return vector(
    parts.join(''),
    request.outputDimensionality ?? asJson(request.embedContentConfig).outputDimensionality,
  );
}

/** A text, a list of texts, a list of tokens, or a list of such lists. */
function inputTexts(input: unknown): string[] {
  if (!Array.isArray(input)) return [asText(input)];
  if (typeof input[0] === 'number') return [JSON.stringify(input)];
  return input.map((entry) => (typeof entry === 'string' ? entry : JSON.stringify(entry)));
}

/** Multiples of 1/128, which survive a float32 unchanged. */
function vector(text: string, dimensions: unknown): number[] {
  const wanted = typeof dimensions === 'number' && dimensions >= 1 ? Math.floor(dimensions) : dimensionsByDefault;
  const length = Math.min(wanted, mostDimensions);
  const values: number[] = [];
  for (let block = 0; values.length < length; block++) {
    const bytes = createHash('sha256').update(`${block}:${text}`).digest();
    for (const byte of bytes) values.push((byte - 128) / 128);
  }
  return values.slice(0, length);
}

function base64(values: readonly number[]): string {
  return Buffer.from(new Float32Array(values).buffer).toString('base64');
}
