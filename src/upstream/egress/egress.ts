// How a connection to an upstream is opened: directly, through a proxy (http, https, socks5, socks5h), or to a handler in
// this process. One time limit covers everything up to the end of the TLS handshake. Messages name the proxy without
// its credentials.
import { type RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import { duplexPair } from 'node:stream';
import { buildConnector, errors } from 'undici';
import { EgressError } from './egress-error.ts';
import { tunnelHttp } from './tunnel-http.ts';
import { tunnelSocks } from './tunnel-socks.ts';

export type Connector = buildConnector.connector;

/** What a tunnel has done: looked a name up, connected to the proxy, made TLS with it. */
export type TunnelStep = 'lookup' | 'connect' | 'proxy-tls';

/** Opens a socket to a host by way of a proxy. Closes whatever it has begun when the signal aborts. */
export type Tunnel = (
  host: string,
  port: number,
  signal: AbortSignal,
  passed?: (step: TunnelStep) => void,
) => Promise<Socket>;

/** `connectMs`: 0 is off. `name`: what the configuration calls the proxy. */
export function connectThrough(url: string | undefined, connectMs: number, name?: string): Connector {
  const secure = buildConnector({ allowH2: false, timeout: connectMs });
  if (url === undefined) return secure;
  const tunnel = tunnelFor(new URL(url));
  return (options, callback) => {
    const limit = new TimeLimit(connectMs, options.hostname);
    const port = Number(options.port || (options.protocol === 'https:' ? 443 : 80));
    tunnel(bareHost(options.hostname), port, limit.signal)
      .then((socket) => (options.protocol === 'https:' ? upgrade(secure, options, socket, limit.signal) : socket))
      .then(
        (socket) => {
          limit.end();
          callback(null, socket);
        },
        (error: Error) => {
          limit.end();
          if (error instanceof EgressError) error.egress = name;
          callback(limit.signal.aborted ? limit.signal.reason : error, null);
        },
      );
  };
}

/** Reaches a node:http handler over sockets in memory. */
export function connectToHandler(serve: RequestListener): Connector {
  const server = new Server({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 }, serve);
  return (_options, callback) => {
    const [near, far] = duplexPair();
    server.emit('connection', far);
    // Only what every duplex stream has is used of this socket.
    queueMicrotask(() => callback(null, near as Socket));
  };
}

export function tunnelFor(url: URL): Tunnel {
  switch (url.protocol) {
    case 'http:':
    case 'https:':
      return tunnelHttp(url);
    case 'socks5:':
    case 'socks5h:':
      return tunnelSocks(url);
    default:
      throw new Error(`egress: ${url.protocol}// is not supported; use http, https, socks5 or socks5h`);
  }
}

/** TLS with the upstream over a socket through the proxy. */
function upgrade(
  secure: Connector,
  options: buildConnector.Options,
  socket: Socket,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const abandon = () => {
      socket.destroy();
      reject(signal.reason);
    };
    signal.addEventListener('abort', abandon);
    secure({ ...options, httpSocket: socket }, (error, upgraded) => {
      signal.removeEventListener('abort', abandon);
      if (upgraded) return resolve(upgraded);
      socket.destroy();
      reject(error);
    });
  });
}

/** An IPv6 address without its brackets. */
export function bareHost(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

class TimeLimit {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(ms: number, host: string) {
    if (ms === 0) return;
    const reason = new errors.ConnectTimeoutError(`no connection to ${host} through the egress within ${ms} ms`);
    this.#timer = setTimeout(() => this.#controller.abort(reason), ms);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
