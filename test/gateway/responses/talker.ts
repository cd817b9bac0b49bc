// A client of the Responses API's WebSocket that reads frames one by one, and upstreams to answer it.
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { WebSocket } from 'ws';
import type { HandClock } from '../../support/clock.ts';
import { configOf, secret, TestGateway, type Wanted } from '../../support/gateway.ts';
import { type Answer, Upstream } from '../../support/upstream.ts';
import { connect } from '../../support/websocket.ts';

export type Json = { readonly [key: string]: unknown };

export const keyed = { headers: { authorization: `Bearer ${secret}` } };
export const { manifest } =
  configOf({ providers: [{ name: 'up', url: 'http://127.0.0.1:1/v1' }] }).providers[0] ?? assert.fail();

function wanted(url: string, more: Partial<Wanted> = {}): Wanted {
  return { providers: [{ name: 'up', url: `${url}/v1`, cooling: undefined }], ...more };
}

/** A client that reads frames one by one. */
export class Talker {
  readonly socket: WebSocket;
  readonly #frames: Json[] = [];
  #waiting: ((frame: Json) => void) | undefined;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data));
      const waiting = this.#waiting;
      this.#waiting = undefined;
      if (waiting === undefined) this.#frames.push(frame);
      else waiting(frame);
    });
  }

  static async open(gateway: TestGateway, headers: Record<string, string> = keyed.headers): Promise<Talker> {
    return new Talker(await connect(`${gateway.url}/v1/responses`, [], { headers }));
  }

  send(message: Json): void {
    this.socket.send(JSON.stringify({ type: 'response.create', model: 'model-a', ...message }));
  }

  next(): Promise<Json> {
    const frame = this.#frames.shift();
    if (frame !== undefined) return Promise.resolve(frame);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** Frames up to the end of an answer. */
  async answer(): Promise<Json[]> {
    const frames: Json[] = [];
    for (;;) {
      const frame = await this.next();
      frames.push(frame);
      if (/^(error|response\.(completed|incomplete|failed))$/.test(String(frame.type))) return frames;
    }
  }

  async ask(message: Json): Promise<Json[]> {
    this.send(message);
    return this.answer();
  }
}

let count = 0;

export const reasoning = (encrypted?: string) => ({
  type: 'reasoning',
  id: 'rs_1',
  summary: [],
  ...(encrypted === undefined ? {} : { encrypted_content: encrypted }),
});
export const said = (text: string) => ({
  type: 'message',
  id: `msg_${text}`,
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [] }],
});
export const user = (content: string) => ({ type: 'message', role: 'user', content });

export function eventOf(event: Json): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Streams `said <n>` as response `resp_<n>`. */
export function counting(...before: Json[]): Answer {
  count = 0;
  return (res) => {
    count += 1;
    const response = { id: `resp_${count}`, object: 'response', output: [...before, said(String(count))] };
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write(eventOf({ type: 'response.created', response: { ...response, status: 'in_progress', output: [] } }));
    res.write(eventOf({ type: 'response.output_text.delta', item_id: 'a', delta: String(count) }));
    res.end(eventOf({ type: 'response.completed', response: { ...response, status: 'completed', usage: null } }));
  };
}

export async function set(t: TestContext, answer: Answer, more: Partial<Wanted> = {}, clock?: HandClock) {
  const upstream = await Upstream.start(answer);
  const gateway = await TestGateway.start(wanted(upstream.url, more), clock);
  t.after(async () => {
    await gateway[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });
  return { upstream, gateway };
}

export function errorIn(frame: Json | undefined): Json {
  return (frame?.error ?? {}) as Json;
}

export function headersIn(frame: Json | undefined): Json {
  return (frame?.headers ?? {}) as Json;
}

export function lastAsked(upstream: Upstream): Json {
  return JSON.parse(String(upstream.last.body));
}
