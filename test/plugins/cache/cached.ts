// A gateway with the cache in its chain, and answers that tell how often an upstream was asked.
import type { Clock } from '../../../src/core/index.ts';
import { chainOf } from '../../support/chain.ts';
import { breaker, TestGateway, type Wanted } from '../../support/gateway.ts';
import { type Answer, chunk, Upstream } from '../../support/upstream.ts';

export const path = '/v1/chat/completions';
export const chat = { model: 'model-a', messages: [{ role: 'user', content: 'Hi' }] };

const usage = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };

export function completion(content: string, finish: string | null = 'stop') {
  const message = { role: 'assistant', content };
  return { id: 'x', object: 'chat.completion', choices: [{ index: 0, message, finish_reason: finish }], usage };
}

/** The events of a stream, the end included. */
export function streamOf(content: string, finish: string | null = 'stop'): string[] {
  const delta = (value: unknown, reason: string | null = null) =>
    chunk({ id: 'x', object: 'chat.completion.chunk', choices: [{ index: 0, delta: value, finish_reason: reason }] });
  return [
    delta({ role: 'assistant', content: '' }),
    ...[...content].map((letter) => delta({ content: letter })),
    delta({}, finish),
    chunk({ id: 'x', object: 'chat.completion.chunk', choices: [], usage }),
    'data: [DONE]\n\n',
  ];
}

/** Says which request it answers, as a stream where that is asked for. */
export function counting(): Answer {
  let asked = 0;
  return (res, { body }) => {
    asked += 1;
    const stream = JSON.parse(body.toString()).stream === true;
    res.writeHead(200, {
      'content-type': stream ? 'text/event-stream' : 'application/json',
      'x-request-id': `up-${asked}`,
      'x-ratelimit-remaining-requests': String(asked),
    });
    if (!stream) return void res.end(JSON.stringify(completion(`answer ${asked}`)));
    for (const event of streamOf(`stream ${asked}`)) res.write(event);
    res.end();
  };
}

export interface Rig extends AsyncDisposable {
  readonly upstream: Upstream;
  readonly portico: TestGateway;
  /** Posts a body and waits until the call is over; text, result and headers of the answer. */
  ask(body: unknown, headers?: Record<string, string>, at?: string): Promise<Told>;
}

export interface Told {
  readonly status: number;
  readonly result: string | null;
  readonly headers: Headers;
  readonly text: string;
}

/** To read one takes longer than most tests. */
const chains = new Map<string, Wanted['plugins'] & object>();

export async function wantedOf(
  upstream: Upstream,
  settings: Record<string, unknown>,
  before: readonly unknown[] = ['auth'],
  rest: Wanted = {},
): Promise<Wanted> {
  const chain = [...before, { cache: settings }, 'translator', { balancer: { retries: { same: 0 } } }];
  const plugins = chains.get(JSON.stringify(chain)) ?? (await chainOf(...chain));
  chains.set(JSON.stringify(chain), plugins);
  // Whoever answers badly is asked the next time all the same.
  const up = { name: 'up', url: upstream.url, cooling: undefined, breaker: { ...breaker, failures: 0 } };
  return { providers: [up], plugins, ...rest };
}

export async function cached(
  settings: Record<string, unknown> = {},
  options: { answer?: Answer; before?: readonly unknown[]; rest?: Wanted; clock?: Clock } = {},
): Promise<Rig> {
  const upstream = await Upstream.start(options.answer ?? counting());
  const portico = await TestGateway.start(
    await wantedOf(upstream, settings, options.before, options.rest),
    options.clock,
  );
  let calls = 0;
  return {
    upstream,
    portico,
    async ask(body, headers = {}, at = path) {
      calls += 1;
      const response = await portico.post(at, body, { headers });
      const text = await response.text();
      await portico.recorded(calls);
      // What is kept is kept once the call is over, and those who wait for that are told in turn.
      await new Promise((resolve) => setImmediate(resolve));
      return {
        status: response.status,
        result: response.headers.get('x-portico-cache'),
        headers: response.headers,
        text,
      };
    },
    async [Symbol.asyncDispose]() {
      await portico[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}
