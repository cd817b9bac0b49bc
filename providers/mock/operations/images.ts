// Images: one grey dot, as often as asked for. https://platform.openai.com/docs/api-reference/images
import { asText, countTokens } from '../conversation.ts';
import { openaiErrors } from '../dialects/openai-errors.ts';
import { created, type Exchange } from '../exchange.ts';
import { type Chat, closing, type Frame, output } from '../speech.ts';

const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';

export const images = imagesAs('image_generation');
export const imageEdits = imagesAs('image_edit');

function imagesAs(event: string): Chat {
  return {
    ...openaiErrors,
    answer: ({ body, ...rest }) => {
      const wanted = Math.min(Math.max(1, Math.floor(Number(body.n ?? 1)) || 1), 10);
      const image = body.response_format === 'url' ? { url: 'http://mock.invalid/dot.png' } : { b64_json: dot };
      return { created, data: Array.from({ length: wanted }, () => image), usage: usage({ body, ...rest }) };
    },
    *frames(exchange): Generator<Frame> {
      yield output(frame(`${event}.partial_image`, { b64_json: dot, partial_image_index: 0, created_at: created }));
      yield closing(frame(`${event}.completed`, { b64_json: dot, created_at: created, usage: usage(exchange) }));
    },
  };
}

function usage({ body }: Exchange): object {
  const input = countTokens(asText(body.prompt));
  const details = { text_tokens: input, image_tokens: 0 };
  return { input_tokens: input, output_tokens: 16, total_tokens: input + 16, input_tokens_details: details };
}

function frame(type: string, more: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
}
