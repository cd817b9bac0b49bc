// A vendor on loopback that answers as its test says, and remembers what it was asked.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import type { LoadedLogin } from '../../../src/config/loaded.ts';
import { factsOf } from './facts.ts';

export interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A body alone is JSON with status 200; undefined: no answer at all. */
export type Reply =
  | { readonly status?: number; readonly type?: string; readonly location?: string; readonly text: string }
  | Readonly<Record<string, unknown>>
  | undefined;

export interface OddVendor {
  readonly origin: string;
  readonly asked: readonly Asked[];
  facts(change?: Partial<LoadedLogin>): LoadedLogin;
}

/** Replies by path, each the next of its list; the last one stays. */
export async function oddVendor(
  context: TestContext,
  replies: Readonly<Record<string, readonly Reply[]>>,
): Promise<OddVendor> {
  const asked: Asked[] = [];
  const counts = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const path = request.url ?? '';
    asked.push({ path, headers: request.headers, body });
    const name = path.split('?')[0] ?? '';
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    const list = replies[name] ?? [{ status: 404, text: '' }];
    send(response, list[Math.min(count, list.length - 1)]);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  context.after(() => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, asked, facts: (change) => oddFacts(origin, change) };
}

export function oddFacts(origin: string, change: Partial<LoadedLogin> = {}): LoadedLogin {
  const endpoints = {
    authorizeUrl: `${origin}/authorize`,
    tokenUrl: `${origin}/token`,
    deviceUrl: `${origin}/device`,
    revokeUrl: `${origin}/revoke`,
    userinfoUrl: `${origin}/userinfo`,
  };
  const client = { clientId: 'odd-client', clientSecret: 'odd-secret-123' };
  const untouched = { userinfoUrl: undefined, scopes: [], authorizeParameters: {} };
  return factsOf({ ...endpoints, ...client }, { ...untouched, ...change });
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply === undefined) return;
  if (!isWritten(reply)) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
    return;
  }
  const { status = 200, type = 'application/json', location, text } = reply;
  response.writeHead(status, { 'content-type': type, ...(location === undefined ? {} : { location }) }).end(text);
}

function isWritten(reply: object): reply is { status?: number; type?: string; location?: string; text: string } {
  return 'text' in reply;
}
