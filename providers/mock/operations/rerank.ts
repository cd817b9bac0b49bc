// Rerank, in the shape Jina, Cohere and most model servers share: the score is the share of the query's words found.
// https://api.jina.ai/redoc#tag/rerank
import { asJson, asList, asText, countTokens } from '../conversation.ts';
import type { Exchange } from '../exchange.ts';

export function rerank({ body, id, model }: Exchange): unknown {
  const documents = asList(body.documents).map((entry) =>
    typeof entry === 'string' ? entry : asText(asJson(entry).text),
  );
  const query = wordsOf(asText(body.query));
  const ranked = documents
    .map((text, index) => ({ index, relevance_score: score(query, text), ...shown(body.return_documents, text) }))
    .sort((one, other) => other.relevance_score - one.relevance_score || one.index - other.index);
  const results = ranked.slice(0, typeof body.top_n === 'number' ? body.top_n : ranked.length);
  return { id, model, results, usage: { total_tokens: countTokens([asText(body.query), ...documents].join(' ')) } };
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function score(query: readonly string[], text: string): number {
  if (query.length === 0) return 0;
  const words = new Set(wordsOf(text));
  return query.filter((word) => words.has(word)).length / query.length;
}

function shown(wanted: unknown, text: string): object {
  return wanted === true ? { document: { text } } : {};
}
