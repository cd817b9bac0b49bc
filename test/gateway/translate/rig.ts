// A client of each dialect, an upstream of each, and a gateway between them.
import type { LoadedProvider } from '../../../src/config/loaded.ts';
import type { DialectName, JsonObject } from '../../../src/core/index.ts';
import { asObject } from '../../../src/dialects/json.ts';
import { EventSplitter } from '../../../src/dialects/sse.ts';
import { sampleOf } from '../../../src/gateway/contract/samples/index.ts';
import { TestGateway, type Wanted } from '../../support/gateway.ts';
import { type Answer, events, json, Upstream } from '../../support/upstream.ts';

/** Where and how a client of the dialect asks "hello". */
export function asking(dialect: DialectName, stream = false): { readonly path: string; readonly body: JsonObject } {
  const model = 'model-a';
  switch (dialect) {
    case 'openai-chat':
      return { path: '/v1/chat/completions', body: { model, stream, messages: [{ role: 'user', content: 'hello' }] } };
    case 'openai-responses':
      return { path: '/v1/responses', body: { model, stream, input: 'hello' } };
    case 'anthropic-messages':
      return {
        path: '/v1/messages',
        body: { model, stream, max_tokens: 100, messages: [{ role: 'user', content: 'hello' }] },
      };
    default: {
      const method = stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
      const contents = [{ role: 'user', parts: [{ text: 'hello' }] }];
      return { path: `/v1beta/models/${model}:${method}`, body: { contents } };
    }
  }
}

/** The events of an upstream of the dialect that says "good day", and uses 3 and 5 tokens. */
export function eventsOf(dialect: DialectName): string[] {
  const { events: all = [], usageEvent } = sampleOf(dialect, 'chat') ?? {};
  return usageEvent === undefined ? [...all] : [...all.slice(0, -1), usageEvent, ...all.slice(-1)];
}

/** An upstream of the dialect: "good day" as a stream, or a whole answer ("hi", or "good day" in one of them). */
export function upstreamOf(dialect: DialectName): Answer {
  const whole = JSON.parse(sampleOf(dialect, 'chat')?.answer ?? '{}') as JsonObject;
  return (res, seen) => {
    const streams = seen.path.includes('streamGenerateContent') || sent(seen).stream === true;
    return (streams ? events(...eventsOf(dialect)) : json(whole))(res, seen);
  };
}

export function sent({ body }: { readonly body: Buffer }): JsonObject {
  return asObject(JSON.parse(body.toString())) ?? {};
}

/** What the client reads as text, in a whole answer or in all events of a stream. */
export function textIn(dialect: DialectName, answer: string): string {
  const bodies = answer.startsWith('{') ? [answer] : dataOf(answer);
  return bodies.map((body) => said(dialect, body, bodies.length > 1)).join('');
}

export function dataOf(answer: string): string[] {
  const splitter = new EventSplitter();
  const all = [...splitter.push(Buffer.from(answer)), ...splitter.end()];
  return all.map(({ data }) => data).filter((data) => data !== '' && data !== '[DONE]');
}

// biome-ignore lint/suspicious/noExplicitAny: answers are read as their clients read them, without types.
type Loose = any;

function said(dialect: DialectName, text: string, streams: boolean): string {
  const body: Loose = JSON.parse(text);
  switch (dialect) {
    case 'openai-chat':
      return body.choices?.map(({ message, delta }: Loose) => message?.content ?? delta?.content ?? '').join('') ?? '';
    case 'openai-responses':
      if (streams) return body.type === 'response.output_text.delta' ? body.delta : '';
      return body.output.flatMap(({ content }: Loose) => content?.map((part: Loose) => part.text) ?? []).join('');
    case 'anthropic-messages':
      if (streams) return body.delta?.text ?? '';
      return body.content.map(({ text: part }: Loose) => part ?? '').join('');
    default:
      return body.candidates.flatMap(({ content }: Loose) => content?.parts?.map((part: Loose) => part.text)).join('');
  }
}

export interface Rig extends AsyncDisposable {
  readonly upstream: Upstream;
  readonly portico: TestGateway;
  ask(dialect: DialectName, stream?: boolean, more?: JsonObject, headers?: Record<string, string>): Promise<Response>;
}

/** A gateway whose one provider speaks one dialect. */
export async function rigOf(
  dialect: DialectName,
  provider: Partial<LoadedProvider> = {},
  wanted: Wanted = {},
): Promise<Rig> {
  const upstream = await Upstream.start(upstreamOf(dialect));
  const portico = await TestGateway.start({
    providers: [{ name: 'up', url: upstream.url, dialects: [dialect], ...provider }],
    ...wanted,
  });
  return {
    upstream,
    portico,
    ask(from, stream = false, more = {}, headers = {}) {
      const { path, body } = asking(from, stream);
      return portico.post(path, { ...body, ...more }, { headers });
    },
    async [Symbol.asyncDispose]() {
      await portico[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}
