// POST /translate: what a request would become in another dialect, or an answer on its way back. Calls nobody, changes
// nothing. `{"from": "openai-chat", "to": "anthropic-messages", "body": {…}}`; an answer as `"answer": "…"`, the text as the upstream sent it.
import type Router from '@koa/router';
import { type DialectName, GatewayError } from '../../core/index.ts';
import { parseExact } from '../../dialects/canonical/numbers.ts';
import { dialectNames } from '../../dialects/index.ts';
import { asObject, type JsonObject } from '../../dialects/json.ts';
import { type PreviewedOperation, previewed, previewRequest } from '../../gateway/translate/preview.ts';
import { previewAnswer } from '../../gateway/translate/preview-answer.ts';
import { readText } from '../body.ts';
import { Refusal } from '../refuse.ts';

export function translate(router: Router): void {
  router.post('/translate', async function translate(ctx) {
    const wish = asObject(parseExact(await readText(ctx.req)));
    if (wish === undefined) throw wrong('Send a JSON object with "from", "to" and "body" or "answer".');
    try {
      ctx.body = wish.answer === undefined ? requestOf(wish) : answerOf(wish);
    } catch (error) {
      // A preview of the error a client would get.
      if (error instanceof GatewayError) throw new Refusal(400, error.code, error.message, { cause: error });
      throw error;
    }
  });
}

function requestOf(wish: JsonObject): unknown {
  const body = asObject(wish.body);
  if (body === undefined) throw wrong('"body" must be an object: the request as the client sends it.');
  const stream = wish.stream === undefined ? undefined : wish.stream === true;
  return previewRequest({ ...common(wish), body, stream, provider: undefined });
}

function answerOf(wish: JsonObject): unknown {
  const { answer, stream, status = 200 } = wish;
  if (typeof status !== 'number') throw wrong('"status" must be a number.');
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return previewAnswer({
    ...common(wish),
    text,
    stream: stream === true,
    status,
    request: asObject(wish.body),
    origin: undefined,
  });
}

function common({ from, to, operation = 'chat', model }: JsonObject) {
  return {
    from: one<DialectName>('from', from, dialectNames),
    to: one<DialectName>('to', to, dialectNames),
    operation: one<PreviewedOperation>('operation', operation, previewed),
    model: text('model', model),
  };
}

function one<Choice extends string>(name: string, value: unknown, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw wrong(`"${name}" must be one of ${choices.join(', ')}.`);
}

function text(name: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw wrong(`"${name}" must be a string.`);
}

function wrong(message: string): Refusal {
  return new Refusal(400, 'invalid-request', message);
}
