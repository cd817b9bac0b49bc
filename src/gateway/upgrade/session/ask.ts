// One request of a session, sent to the gateway's own handler over a socket in memory: it walks the pipeline like any other.
import { type IncomingMessage, request, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';

export interface Question {
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whose connection the session is. */
  readonly peer: Socket;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Receives the answer. `failed` comes at most once, and nothing after it. */
export interface Listener {
  head(status: number, headers: Headers): void;
  data(chunk: Buffer): void;
  end(): void;
  failed(): void;
}

export interface Asking {
  pause(): void;
  resume(): void;
  /** The client has left: nobody reads on. */
  abort(): void;
}

/** `arrived` is told of the socket on the gateway's side before the request is. */
export function ask(server: Server, question: Question, arrived: (far: Duplex) => void, listener: Listener): Asking {
  const [near, far] = duplexPair();
  speakFor(far, question.peer);
  arrived(far);
  server.emit('connection', far);
  let over = false;
  const fail = () => {
    if (!over) listener.failed();
    over = true;
  };
  const { path, headers, body } = question;
  const sent = request({
    method: 'POST',
    path,
    headers: { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' },
    // Only what every duplex stream has is used of this socket.
    createConnection: () => near as Socket,
  });
  let answer: IncomingMessage | undefined;
  sent.on('response', (received) => {
    answer = received;
    listener.head(received.statusCode ?? 0, received.headers);
    received.on('data', (chunk: Buffer) => listener.data(chunk));
    received.once('end', () => {
      if (over || !received.complete) return;
      over = true;
      listener.end();
    });
    received.once('close', fail);
  });
  sent.on('error', fail);
  sent.end(body);
  return {
    pause: () => void answer?.pause(),
    resume: () => void answer?.resume(),
    abort() {
      over = true;
      sent.destroy();
      // The end of one side says nothing to the other.
      near.destroy();
      far.destroy();
    },
  };
}

/** The pipeline asks a socket who is at its other end, and whether it is secure. */
function speakFor(far: Duplex, peer: Socket): void {
  Object.defineProperty(far, 'remoteAddress', { value: peer.remoteAddress });
  if ('encrypted' in peer) Object.defineProperty(far, 'encrypted', { value: true });
}
