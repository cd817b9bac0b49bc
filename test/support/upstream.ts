// A real HTTP upstream on loopback that does what a test tells it to, and remembers what it was sent.
import http, { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Resolves when the connection of this request is closed before its answer was complete. */
  readonly aborted: Promise<void>;
}

export type Answer = (res: ServerResponse, seen: Seen) => void | Promise<void>;

export class Upstream implements AsyncDisposable {
  readonly requests: Seen[] = [];
  answer: Answer;
  readonly #server: http.Server;
  #arrived: (() => void)[] = [];

  private constructor(answer: Answer) {
    this.answer = answer;
    this.#server = http.createServer((req, res) => void this.#take(req, res));
  }

  static async start(answer: Answer): Promise<Upstream> {
    const upstream = new Upstream(answer);
    await new Promise<void>((resolve) => upstream.#server.listen(0, '127.0.0.1', resolve));
    return upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get last(): Seen {
    const seen = this.requests.at(-1);
    if (seen === undefined) throw new Error('the upstream was not asked');
    return seen;
  }

  /** Open connections. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.#server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    );
  }

  /** Resolves when the next request has arrived whole. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#arrived.push(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const aborted = new Promise<void>((resolve) => {
      res.once('close', () => {
        if (!res.writableFinished) resolve();
      });
    });
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of req) chunks.push(chunk as Buffer);
    } catch {
      // Broken off before it was whole: it has not been seen.
      return;
    }
    const seen = {
      method: req.method ?? '',
      path: req.url ?? '',
      headers: req.headers,
      body: Buffer.concat(chunks),
      aborted,
    };
    this.requests.push(seen);
    for (const tell of this.#arrived.splice(0)) tell();
    await this.answer(res, seen);
  }
}

/** Answers JSON. */
export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return (res) => {
    res.writeHead(status, { 'content-type': 'application/json', ...headers });
    res.end(JSON.stringify(value));
  };
}

/** Answers an event stream made of these texts, written one by one. */
export function events(...texts: string[]): Answer {
  return (res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const text of texts) res.write(text);
    res.end();
  };
}

/** One OpenAI chunk as an event. */
export function chunk(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}
