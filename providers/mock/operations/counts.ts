// Token counts: the same figure that a chat with the same body reports as its input.
import { asJson, countInput } from '../conversation.ts';
import type { Exchange, Tokens } from '../exchange.ts';

export function openaiCount(exchange: Exchange): unknown {
  return { object: 'response.input_tokens', input_tokens: inputOf(exchange) };
}

export function anthropicCount(exchange: Exchange): unknown {
  return { input_tokens: inputOf(exchange) };
}

export function geminiCount(exchange: Exchange): unknown {
  const totalTokens = inputOf(exchange);
  return { totalTokens, promptTokensDetails: [{ modality: 'TEXT', tokenCount: totalTokens }] };
}

function inputOf({ body, usage }: { body: Exchange['body']; usage: Tokens | undefined }): number {
  if (body.generateContentRequest !== undefined) return countInput(asJson(body.generateContentRequest));
  return usage?.input ?? countInput(body);
}
