// An upstream that answers or fails as chance will have it, in two dialects, and remembers what it has served whole.
import { type Answer, chunk, Upstream } from '../../support/upstream.ts';
import { chance } from './means.ts';

export type Chance = (below: number) => number;

/** The same numbers for the same seed. */
export function chanceOf(seed: number): Chance {
  const random = chance(seed);
  return (below) => Math.floor(random() * below);
}

/** What the answer to request `number` says. */
export const textOf = (number: number) => `This is the answer to request ${number}.`;
export const inputOf = (number: number) => 100 + number;
export const output = 10;

const refusals: readonly (readonly [status: number, headers: Record<string, string>])[] = [
  [500, {}],
  [503, {}],
  [429, { 'retry-after': '0' }],
  [401, {}],
  [404, {}],
];

/** `arrived` hears of each request that was read. */
export async function fickle(pick: Chance, arrived: (number: number, account: string) => void): Promise<Upstream> {
  return Upstream.start((res, seen) => {
    const { stream, messages } = JSON.parse(seen.body.toString()) as Asked;
    const { content } = messages[0];
    const number = Number(typeof content === 'string' ? content : content[0].text);
    arrived(number, String(seen.headers['x-account']));
    const speech = seen.path.endsWith('/messages') ? messagesOf(number) : completionsOf(number);
    const fate = pick(100);
    const ms = pick(4) === 0 ? 12 + pick(25) : pick(6);
    const [status, headers] = refusals[pick(refusals.length)] ?? [500, {}];
    const events = stream === true ? speech.events : undefined;
    setTimeout(() => {
      if (fate < 62) return whole(speech.whole, events)(res, seen);
      if (fate < 80) {
        res.writeHead(status, { 'content-type': 'application/json', ...headers });
        return res.end('{"error":{"type":"some_error","message":"not today"}}');
      }
      if (fate < 85) return res.destroy();
      if (fate < 93) return broken(speech.whole, events)(res, seen);
      // And else nothing, for ever.
    }, ms);
  });
}

interface Asked {
  readonly stream?: boolean;
  readonly messages: readonly [{ readonly content: string | readonly [{ readonly text: string }] }];
}

function whole(body: unknown, events: readonly string[] | undefined): Answer {
  return (res) => {
    if (events === undefined) {
      res.writeHead(200, { 'content-type': 'application/json' });
      res.end(JSON.stringify(body));
      return;
    }
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of events) res.write(event);
    res.end();
  };
}

/** Breaks off in the middle. */
function broken(body: unknown, events: readonly string[] | undefined): Answer {
  return (res) => {
    res.writeHead(200, { 'content-type': events === undefined ? 'application/json' : 'text/event-stream' });
    const text = events === undefined ? JSON.stringify(body) : events.join('');
    res.write(text.slice(0, text.length / 2), () => setTimeout(() => res.destroy(), 1));
  };
}

function completionsOf(number: number) {
  const usage = { prompt_tokens: inputOf(number), completion_tokens: output, total_tokens: inputOf(number) + output };
  const head = { id: `c-${number}`, created: 1, model: 'model-a' };
  const delta = (content: string, finish_reason: string | null = null) =>
    chunk({
      ...head,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: { content }, finish_reason }],
    });
  const message = { role: 'assistant', content: textOf(number) };
  return {
    whole: { ...head, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }], usage },
    events: [
      ...textOf(number)
        .split(/(?= )/)
        .map((word) => delta(word)),
      delta('', 'stop'),
      chunk({ ...head, object: 'chat.completion.chunk', choices: [], usage }),
      'data: [DONE]\n\n',
    ],
  };
}

function messagesOf(number: number) {
  const event = (type: string, more: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
  const usage = { input_tokens: inputOf(number), output_tokens: output };
  const head = { id: `m-${number}`, type: 'message', role: 'assistant', model: 'model-a', stop_sequence: null };
  return {
    whole: { ...head, content: [{ type: 'text', text: textOf(number) }], stop_reason: 'end_turn', usage },
    events: [
      event('message_start', {
        message: { ...head, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } },
      }),
      event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
      ...textOf(number)
        .split(/(?= )/)
        .map((text) => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })),
      event('content_block_stop', { index: 0 }),
      event('message_delta', {
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { output_tokens: output },
      }),
      event('message_stop', {}),
    ],
  };
}
