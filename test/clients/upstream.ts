// The upstream of the matrix: the mock provider behind a real port, told by the path what to do and remembering what it
// was sent.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Script } from '../../providers/mock/script.ts';
import { serveMock } from '../../providers/mock/serve.ts';

export interface Upstream {
  readonly url: string;
  /** Bodies of the chat requests below a path prefix since it was last taken. */
  take(prefix: string): string[];
  close(): void;
}

/** `scriptFor` is asked with the first segment of the path and how many chat requests have come below it before. */
export async function startUpstream(scriptFor: (prefix: string, nth: number) => Script): Promise<Upstream> {
  const bodies = new Map<string, string[]>();
  const server: Server = createServer((request, response) => {
    const [, prefix = '', rest = '/'] = /^\/([^/]+)(\/.*)$/.exec(request.url ?? '') ?? [];
    request.url = rest;
    const chat = isChat(rest);
    const before = bodies.get(prefix) ?? [];
    const script = chat ? scriptFor(prefix, before.length) : {};
    if (chat) void remember(request).then((body) => bodies.set(prefix, [...(bodies.get(prefix) ?? []), body]));
    serveMock(script)(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    take(prefix) {
      const taken = bodies.get(prefix) ?? [];
      bodies.delete(prefix);
      return taken;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function isChat(path: string): boolean {
  return /\/(chat\/completions|responses|messages|models\/[^/]+:(stream)?[gG]enerateContent)(\?|$)/.test(path);
}

async function remember(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(request, 'end');
  return Buffer.concat(chunks).toString();
}
