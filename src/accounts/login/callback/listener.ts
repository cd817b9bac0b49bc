// Listens on loopback for the one request a login waits for. Nobody else may reach it, and it is gone with the login.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { isLoopbackName } from '../../../config/credentials/safe-endpoint.ts';
import { sendPage, type Verdict } from './page.ts';

export interface CallbackOptions {
  readonly host: 'localhost' | '127.0.0.1';
  /** 0 lets the system choose. */
  readonly port: number;
  readonly path: string;
  /** An address to listen at in place of loopback, in a container whose published port leads there. */
  readonly listenHost: string | undefined;
  /** What came, and what the browser is to be told of it. */
  readonly take: (parameters: URLSearchParams) => Promise<Verdict>;
}

export interface CallbackListener {
  readonly host: string;
  readonly port: number;
  /** Pages that are on their way are sent first. */
  close(): Promise<void>;
}

/** Ports the system chose that were free in one family only. */
const tries = 4;

/** Throws what `listen` does, with `address` and `port` in it. */
export async function openListener(options: CallbackOptions, left = tries): Promise<CallbackListener> {
  try {
    return await openBoth(options);
  } catch (error) {
    if (options.port !== 0 || left === 0 || Object(error).code !== 'EADDRINUSE') throw error;
    return openListener(options, left - 1);
  }
}

async function openBoth(options: CallbackOptions): Promise<CallbackListener> {
  const answers = new Set<Promise<void>>();
  const servers: Server[] = [];
  function open(address: string, port: number): Promise<number> {
    const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
      const answer = respond(request, response, options).finally(() => answers.delete(answer));
      answers.add(answer);
    });
    boundConnections(server);
    servers.push(server);
    return listen(server, address, port);
  }
  const close = async () => {
    const closed = servers.map((server) => new Promise((done) => server.close(done)));
    for (const server of servers) server.closeIdleConnections();
    await Promise.allSettled(answers);
    for (const server of servers) server.closeAllConnections();
    await Promise.all(closed);
  };
  try {
    const { host, listenHost = '127.0.0.1' } = options;
    const port = await open(listenHost, options.port);
    // A browser may try ::1 first: whoever listened there would be given the code.
    if (host === 'localhost' && listenHost === '127.0.0.1') await open('::1', port).catch(whereThereIsNone);
    return { host: listenHost, port, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const mostConnections = 32;

/** The oldest makes room: whoever holds connections open must not keep the browser out. */
function boundConnections(server: Server): void {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    const [oldest] = open;
    if (open.size > mostConnections) oldest?.destroy();
  });
}

function whereThereIsNone(error: NodeJS.ErrnoException): void {
  if (error.code === 'EADDRINUSE' || error.code === 'EACCES') throw error;
}

function listen(server: Server, address: string, port: number): Promise<number> {
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.listen({ host: address, port, exclusive: true }, () => {
      server.removeListener('error', failed);
      done((server.address() as AddressInfo).port);
    });
  });
}

async function respond(request: IncomingMessage, response: ServerResponse, options: CallbackOptions): Promise<void> {
  request.resume();
  const [path = '', ...query] = (request.url ?? '').split('?');
  // A page of somebody else's whose name was made to lead here (DNS rebinding).
  const host = request.headers.host?.replace(/:\d+$/, '').toLowerCase() ?? '';
  if (!isLoopbackName(host)) return sendPage(response, 'wrong-host');
  if (request.method !== 'GET' || path !== options.path) return sendPage(response, 'not-found');
  return sendPage(response, await options.take(new URLSearchParams(query.join('?'))));
}
