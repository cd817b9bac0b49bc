// A service on loopback whose handler sees a request before its body has arrived.
import { once } from 'node:events';
import http, { type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export class Service implements AsyncDisposable {
  readonly #server: http.Server;

  private constructor(handler: RequestListener) {
    this.#server = http.createServer(handler);
  }

  static async start(handler: RequestListener): Promise<Service> {
    const service = new Service(handler);
    service.#server.listen(0, '127.0.0.1');
    await once(service.#server, 'listening');
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export async function read(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Resolves once a figure has stayed the same for a while. */
export async function still(figure: () => number): Promise<void> {
  let last = -1;
  for (let same = 0; same < 20; ) {
    await new Promise((resolve) => setImmediate(() => setTimeout(resolve, 5)));
    same = figure() === last ? same + 1 : 0;
    last = figure();
  }
}
