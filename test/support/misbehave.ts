// Upstreams that do what no upstream should, one kind each: on the way to the connection, at the head, in the middle of a
// body. All on loopback; what is open when a test ends is closed.
import net, { type AddressInfo, type Socket } from 'node:net';
import tls from 'node:tls';
import { makeCertificate } from './certificate.ts';

/** What it does with a request. `refuses` has nobody listening, `unknown-name` a host that DNS does not know. */
export type Misdeed =
  /** Nobody accepts the connection. */
  | 'refuses'
  | 'unknown-name'
  /** Accepts the connection and never says a word, not even of TLS. */
  | 'silent-tls'
  /** TLS with a certificate that nobody has signed, or for another name. */
  | 'self-signed'
  /** Takes the request and never answers. */
  | 'no-head'
  /** Takes the request and resets the connection. */
  | 'reset'
  /** Answers the first request of a connection, and resets it at the second. */
  | 'reset-reused'
  /** Resets in the middle of the head. */
  | 'reset-in-head'
  /** Closes without a word. */
  | 'closes'
  /** Answers in no language that is HTTP. */
  | 'garbage'
  /** Sends the head of an event stream, and nothing more. */
  | 'no-body'
  /** An event stream that ends before its first event, or at once. */
  | 'empty-stream'
  /** The first output of a stream, and then nothing. */
  | 'hangs-midway'
  /** The first output of a stream, and then a reset. */
  | 'reset-midway'
  /** Output without end, a piece every few milliseconds. */
  | 'trickle'
  /** 200, and a web page. */
  | 'web-page'
  /** A body shorter than it was said to be. */
  | 'short-body';

export interface Misbehaving extends AsyncDisposable {
  readonly url: string;
  /** Connections (for kinds that read one: requests) so far. */
  requests(): number;
  /** Connections that are open. */
  open(): number;
  close(): Promise<void>;
}

const streamHead = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
const output = `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'out ' } }] })}\n\n`;
const everyMs = 5;
const used = new WeakSet<Socket>();

type Deed = (socket: Socket) => void;

const deeds: Partial<Record<Misdeed, Deed>> = {
  'no-head': () => undefined,
  reset: (socket) => socket.resetAndDestroy(),
  'reset-reused': (socket) => {
    if (used.has(socket)) return void socket.resetAndDestroy();
    used.add(socket);
    socket.write(answer('application/json', '{}'));
  },
  'reset-in-head': (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-ty', () => socket.resetAndDestroy()),
  closes: (socket) => socket.end(),
  garbage: (socket) => socket.end('\u0000\u0001 this is not the protocol you are looking for\r\n\r\n'),
  'no-body': (socket) => socket.write(streamHead),
  'empty-stream': (socket) => socket.end(`${streamHead}0\r\n\r\n`),
  'hangs-midway': (socket) => socket.write(streamHead + chunked(output)),
  'reset-midway': (socket) => socket.write(streamHead + chunked(output), () => socket.resetAndDestroy()),
  trickle: (socket) => {
    socket.write(streamHead);
    const timer = setInterval(() => socket.write(chunked(output)), everyMs);
    socket.on('close', () => clearInterval(timer));
  },
  'web-page': (socket) => socket.end(answer('text/html', '<!doctype html><title>Sign in</title>')),
  'short-body': (socket) =>
    socket.end('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"id":'),
};

export async function misbehave(misdeed: Misdeed): Promise<Misbehaving> {
  if (misdeed === 'unknown-name') return nobody('http://upstream.invalid');
  const sockets = new Set<Socket>();
  let count = 0;
  const server = serverFor(misdeed, () => {
    count += 1;
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const scheme = misdeed === 'silent-tls' || misdeed === 'self-signed' ? 'https' : 'http';
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  if (misdeed === 'refuses') await close();
  const url = `${scheme}://127.0.0.1:${port}`;
  return { url, requests: () => count, open: () => sockets.size, close, [Symbol.asyncDispose]: close };
}

function serverFor(misdeed: Misdeed, seen: () => void): net.Server {
  if (misdeed === 'silent-tls') {
    return net.createServer((socket) => {
      seen();
      // Reads, so that it sees the end.
      socket.resume();
    });
  }
  if (misdeed === 'self-signed') {
    const server = tls.createServer({ ...makeCertificate() }, seen);
    server.on('tlsClientError', () => undefined);
    return server;
  }
  const deed = deeds[misdeed] ?? (() => undefined);
  return net.createServer((socket) => {
    const take = () => {
      seen();
      deed(socket);
    };
    onRequests(socket, take);
  });
}

/** Reads requests, each as far as its head and length say. */
function onRequests(socket: Socket, asked: () => void): void {
  let held = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    held = Buffer.concat([held, chunk]);
    const end = held.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/content-length: *(\d+)/i.exec(held.toString('latin1', 0, end))?.[1] ?? 0);
    if (held.length < end + 4 + length) return;
    held = held.subarray(end + 4 + length);
    asked();
  });
}

function nobody(url: string): Misbehaving {
  const close = async () => undefined;
  return { url, requests: () => 0, open: () => 0, close, [Symbol.asyncDispose]: close };
}

function chunked(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

function answer(type: string, body: string): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
