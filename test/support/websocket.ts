// A real WebSocket service on loopback, and a client's view of a connection: what it was told, and how it ended.
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ClientOptions, type RawData, WebSocket, WebSocketServer } from 'ws';
import type { Certificate } from './certificate.ts';

interface ServiceOptions {
  readonly protocols?: readonly string[];
  readonly certificate?: Certificate;
}

export class WebSocketUpstream implements AsyncDisposable {
  readonly handshakes: IncomingMessage[] = [];
  readonly sockets: WebSocket[] = [];
  /** Answers a handshake itself and says true, or leaves it to the service. */
  refuse: (req: IncomingMessage, socket: Duplex) => boolean = () => false;
  readonly #server: http.Server;
  readonly #secure: boolean;
  readonly #service: WebSocketServer;

  private constructor({ protocols = [], certificate }: ServiceOptions) {
    const answer = (_req: IncomingMessage, res: http.ServerResponse) => res.writeHead(426).end();
    this.#secure = certificate !== undefined;
    this.#server = certificate === undefined ? http.createServer(answer) : https.createServer(certificate, answer);
    this.#service = new WebSocketServer({
      noServer: true,
      perMessageDeflate: true,
      handleProtocols: (offered) => protocols.find((name) => offered.has(name)) ?? false,
    });
    this.#server.on('upgrade', (req, socket, head) => {
      this.handshakes.push(req);
      if (this.refuse(req, socket)) return;
      this.#service.handleUpgrade(req, socket, head, (client) => {
        this.sockets.push(client);
        client.on('message', (data, binary) => client.send(data, { binary }));
        client.on('error', () => undefined);
        this.#service.emit('connection', client);
      });
    });
  }

  /** Echoes what it is sent. */
  static async start(options: ServiceOptions = {}): Promise<WebSocketUpstream> {
    const upstream = new WebSocketUpstream(options);
    upstream.#server.listen(0, '127.0.0.1');
    await once(upstream.#server, 'listening');
    return upstream;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return this.#secure ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
  }

  get last(): WebSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('nobody is connected');
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export interface Refused {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** Resolves with an open connection; rejects with what a server answered instead (as `Refused`) or an error. */
export function connect(url: string, protocols: string[] = [], options: ClientOptions = {}): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const client = new WebSocket(url.replace(/^http/, 'ws'), protocols, options);
    client.once('open', () => resolve(client));
    client.once('unexpected-response', async (_req, res: IncomingMessage) => {
      const chunks: Buffer[] = [];
      for await (const chunk of res) chunks.push(chunk as Buffer);
      const refused: Refused = {
        status: res.statusCode ?? 0,
        headers: res.headers,
        body: Buffer.concat(chunks).toString(),
      };
      reject(refused);
    });
    client.on('error', reject);
  });
}

/** What came instead of a connection. */
export async function refusal(url: string, protocols: string[] = [], options: ClientOptions = {}): Promise<Refused> {
  try {
    (await connect(url, protocols, options)).terminate();
  } catch (refused) {
    if (typeof refused === 'object' && refused !== null && 'status' in refused) return refused as Refused;
    throw refused;
  }
  throw new Error('the connection was accepted');
}

export async function nextMessage(client: WebSocket): Promise<RawData> {
  const [data] = (await once(client, 'message')) as [RawData];
  return data;
}

/** Code and reason of the end. */
export async function closed(client: WebSocket): Promise<{ code: number; reason: string }> {
  const [code, reason] = (await once(client, 'close')) as [number, Buffer];
  return { code, reason: reason.toString() };
}
