// What turns connections of one listener into requests: HTTP/1 on plain sockets, HTTP/1 and HTTP/2 on TLS, behind a
// PROXY protocol header where the listener asks for one. Connections are handed in; it binds nothing itself.
import http from 'node:http';
import http2, { type ServerHttp2Session } from 'node:http2';
import https from 'node:https';
import type { Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { LoadedListener, LoadedTls } from '../../../config/loaded.ts';
import { addressRanges, canonicalAddress, GatewayError } from '../../../core/index.ts';
import { acceptUpgrade, asksForWebSocket } from '../../upgrade/accept-upgrade.ts';
import { refuse, refuseTunnel } from '../bad-request.ts';
import { Exchanges } from '../exchanges.ts';
import { lingersAfterAnswers } from '../linger.ts';
import type { Binding, ConnectionLimits, Serve } from '../listeners.ts';
import { Http2Request, type Http2Response, http2Options, lingersAfterAnswer, mindSession } from './http2.ts';
import { readProxyHeader } from './read-proxy-header.ts';
import { handshake, Secure } from './secure.ts';

const maxHeaderSize = 16 * 1024;

export class Acceptor implements Binding {
  closing = false;
  readonly #wanted: LoadedListener;
  readonly #serve: Serve;
  readonly #limits: ConnectionLimits;
  readonly #exchanges = new Exchanges();
  readonly #server: http.Server;
  /** Whose connections begin with a PROXY protocol header. */
  readonly #announces: ((address: string) => boolean) | undefined;
  /** Address and port of a load balancer's connection -> the client's address, until TLS stands. */
  readonly #announced = new Map<string, string>();
  #listener: string;
  #tls: LoadedTls | undefined;
  #secure: Secure | undefined;

  constructor(wanted: LoadedListener, serve: Serve, limits: ConnectionLimits) {
    this.#wanted = wanted;
    this.#listener = wanted.name;
    this.#tls = wanted.tls;
    this.#serve = serve;
    this.#limits = limits;
    this.#announces = wanted.proxyProtocol && addressRanges(wanted.proxyProtocol);
    this.#server = this.#make();
    const { linger } = limits;
    // The size of a head is limited; node would drop what is beyond a number without a word.
    this.#server.maxHeadersCount = 0;
    // Not among the options: node's HTTP/2 server does not take it from there.
    Object.assign(this.#server, { shouldUpgradeCallback: asksForWebSocket });
    const handle = (req: http.IncomingMessage, res: http.ServerResponse) => this.#handle(req, res);
    this.#server
      .on(wanted.tls === undefined ? 'connection' : 'secureConnection', (socket) => this.#connected(socket))
      .on('request', handle)
      // 100 Continue is said when the body is wanted, which a refused request's never is.
      .on('checkContinue', handle)
      .on('checkExpectation', handle)
      .on('upgrade', (req, socket, head) =>
        acceptUpgrade({ req, socket: socket as Socket, head }, this.#exchanges, linger, (res, client) =>
          this.#serve(this, req, res, client),
        ),
      )
      .on('connect', (req, socket) => this.#tunnel(req, socket as Socket))
      .on('session', (session: ServerHttp2Session) => mindSession(session, limits.idle))
      .on('clientError', (error, socket) => refuse(error, socket as Socket, this.#exchanges, linger));
    // It starts the clocks of slow requests, which node does for servers that bind a port themselves.
    this.#server.emit('listening');
  }

  /** Name of the listener it serves for; changes at a commit. */
  get listener(): string {
    return this.#listener;
  }

  /** Whether a listener can be served without starting anew: names and certificates are exchanged in place. */
  suits(wanted: LoadedListener): boolean {
    return isDeepStrictEqual(shapeOf(this.#wanted), shapeOf(wanted));
  }

  /**
   * Takes the name and the certificates of a committed configuration. `requestMs` is for a whole request to arrive, 0 is
   * off. Who reads a body answers for its time limit; here only those are ended that nobody reads, hence a little later.
   */
  adopt(wanted: LoadedListener, requestMs: number): void {
    this.#listener = wanted.name;
    this.#server.requestTimeout = requestMs === 0 ? 0 : requestMs + this.#limits.linger;
    // Untouched ones stay: sessions that were begun with them may be resumed.
    if (wanted.tls === undefined || isDeepStrictEqual(wanted.tls, this.#tls)) return;
    this.#tls = wanted.tls;
    this.#secure = new Secure(wanted.tls);
    (this.#server as https.Server).setSecureContext(this.#secure.usual);
  }

  /** A connection that has just been accepted. */
  take(socket: Socket): void {
    const announces = this.#announces?.(canonicalAddress(socket.remoteAddress ?? '') ?? '') ?? false;
    if (!announces) return this.#begin(socket);
    readProxyHeader(socket, this.#limits.head, (source) => {
      if (source !== undefined) this.#announce(socket, source);
      this.#begin(socket);
    });
  }

  /** Idle connections end now, the others behind their last answer. */
  retire(): void {
    this.closing = true;
    // It binds no port: this closes its connections' idle ones and tells sessions to go.
    this.#server.close();
  }

  #make(): http.Server {
    const { tls } = this.#wanted;
    const options = httpOptions(this.#limits);
    if (tls === undefined) return http.createServer(options);
    const secure = new Secure(tls);
    this.#secure = secure;
    const handshakeTimeout = this.#limits.head;
    const secured = { ...options, handshakeTimeout, ...handshake(tls, secure, () => this.#secure ?? secure) };
    if (!tls.http2) return https.createServer(secured);
    return http2.createSecureServer({ ...secured, ...http2Options(maxHeaderSize) }) as unknown as http.Server;
  }

  #begin(socket: Socket): void {
    // Half-open connections are for plain HTTP only, as node's own servers have it.
    if (this.#wanted.tls !== undefined) socket.allowHalfOpen = false;
    this.#server.emit('connection', socket);
  }

  #announce(socket: Socket, source: string): void {
    if (this.#wanted.tls === undefined) return speaksFor(socket, source);
    const id = idOf(socket);
    this.#announced.set(id, source);
    socket.once('close', () => this.#announced.delete(id));
  }

  #connected(socket: Socket): void {
    const source = this.#announced.size === 0 ? undefined : this.#announced.get(idOf(socket));
    if (source !== undefined) speaksFor(socket, source);
    if ('alpnProtocol' in socket && socket.alpnProtocol === 'h2') return;
    lingersAfterAnswers(socket, this.#exchanges, this.#limits.linger);
  }

  #handle(req: http.IncomingMessage, res: http.ServerResponse): void {
    if (req instanceof Http2Request) {
      lingersAfterAnswer(res as unknown as Http2Response, req, this.#limits.linger);
    } else {
      this.#exchanges.began(res);
    }
    this.#serve(this, req, res);
  }

  /** With HTTP/2 it is not a socket that node hands over but a response. */
  #tunnel(req: http.IncomingMessage, socket: Socket | Http2Response): void {
    if (!('stream' in socket)) return refuseTunnel(req, socket, this.#exchanges, this.#limits.linger);
    socket.writeHead(new GatewayError('method-not-allowed').status).end();
  }
}

/** All of a listener that connections are made with. */
function shapeOf({ tls, proxyProtocol }: LoadedListener): unknown {
  return [tls && { ...tls, certificates: [] }, proxyProtocol];
}

function httpOptions({ head, idle }: ConnectionLimits) {
  return {
    maxHeaderSize,
    headersTimeout: head,
    requestTimeout: 0,
    connectionsCheckingInterval: Math.min(head, 5_000),
    keepAliveTimeout: idle,
    // Without it node would answer itself, with no body; the pipeline does.
    requireHostHeader: false,
  };
}

/** Tells connections of one listener apart while they last. */
function idOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}

/** From now on the socket's peer is the client that the load balancer named. */
function speaksFor(socket: Socket, address: string): void {
  Object.defineProperty(socket, 'remoteAddress', { value: address });
}
