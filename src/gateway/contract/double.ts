// The upstream's double: a real server on loopback that records what reaches it and answers as told.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived, bytes and all. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  /** Written one by one, so that they are cut where the check wants them cut. */
  readonly pieces: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Break the connection instead of ending it. */
  readonly breaks?: boolean;
}

export class Double implements AsyncDisposable {
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #answer: (received: Received) => Answer = () => ({
    status: 500,
    type: 'text/plain',
    pieces: ['not told what to say'],
  });
  #received: Received[] = [];

  /** Resolves with the origin: `http://127.0.0.1:40001`. */
  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  answerWith(answer: Answer | ((received: Received) => Answer)): void {
    this.#answer = typeof answer === 'function' ? answer : () => answer;
  }

  /** What has arrived since the last time this was asked. */
  take(): readonly Received[] {
    const received = this.#received;
    this.#received = [];
    return received;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<unknown>((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const received = { method, target: url, headers, body: Buffer.concat(chunks).toString() };
    this.#received.push(received);
    const answer = this.#answer(received);
    response.writeHead(answer.status, { 'content-type': answer.type, ...answer.headers });
    for (const piece of answer.pieces) {
      await new Promise<void>((resolve) => response.write(piece, () => resolve()));
      await new Promise<void>((resolve) => void setImmediate(resolve));
    }
    if (answer.breaks) response.destroy();
    else response.end();
  }
}
