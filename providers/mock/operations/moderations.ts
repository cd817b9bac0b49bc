// Moderations: nothing is ever flagged but a text that says `flag me`.
// https://platform.openai.com/docs/api-reference/moderations
import { asJson, asList, asText } from '../conversation.ts';
import type { Exchange } from '../exchange.ts';

const categories = ['harassment', 'hate', 'illicit', 'self-harm', 'sexual', 'violence'];

export function moderations({ body, id, model }: Exchange): unknown {
  const inputs = typeof body.input === 'string' ? [body.input] : asList(body.input).map(textOf);
  return { id: `modr-${id}`, model, results: inputs.map(judge) };
}

function textOf(input: unknown): string {
  return typeof input === 'string' ? input : asText(asJson(input).text);
}

function judge(text: string): unknown {
  const flagged = text.toLowerCase().includes('flag me');
  const about = <Value>(value: (category: string) => Value) =>
    Object.fromEntries(categories.map((category) => [category, value(category)]));
  return {
    flagged,
    categories: about((category) => flagged && category === 'violence'),
    category_scores: about((category) => (flagged && category === 'violence' ? 1 : 0)),
    category_applied_input_types: about(() => ['text']),
  };
}
