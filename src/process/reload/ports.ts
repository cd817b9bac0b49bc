// Which ports the data threads will bind. Threads share ports, and so could a stranger: only an exclusive bind, tried here
// first, finds out that a port is taken.
import { createServer, isIPv6 } from 'node:net';
import type { LoadedListener } from '../../config/loaded.ts';
import type { Problem } from '../../gateway/outbox.ts';

export type Assigned =
  | { readonly ok: true; readonly listeners: readonly LoadedListener[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export class Ports {
  /** Ports bound now, and those given up last: their threads may not have closed them yet. */
  #held = new Set<number>();
  #bound: readonly LoadedListener[] = [];
  /** Port that the system chose, by listener name. */
  #chosen = new Map<string, number>();

  /** The listeners with every port known to be free or ours. A port 0 becomes the one its listener has had before. */
  async assign(listeners: readonly LoadedListener[]): Promise<Assigned> {
    const problems: Problem[] = [];
    const assigned: LoadedListener[] = [];
    for (const listener of listeners) {
      try {
        assigned.push(await this.#assignOne(listener));
      } catch (thrown) {
        problems.push({ where: `listener ${listener.name}`, message: whyNot(listener, thrown) });
      }
    }
    return problems.length > 0 ? { ok: false, problems } : { ok: true, listeners: assigned };
  }

  /** These are bound from now on. `asked` are the same listeners as the file has them. */
  commit(asked: readonly LoadedListener[], bound: readonly LoadedListener[]): void {
    this.#held = new Set([...this.#bound, ...bound].map((listener) => listener.port));
    this.#bound = bound;
    const system = new Set(asked.filter((listener) => listener.port === 0).map((listener) => listener.name));
    this.#chosen = new Map(
      bound.filter((listener) => system.has(listener.name)).map((listener) => [listener.name, listener.port]),
    );
  }

  async #assignOne(listener: LoadedListener): Promise<LoadedListener> {
    if (listener.port !== 0 && this.#held.has(listener.port)) return listener;
    const kept = listener.port === 0 ? this.#chosen.get(listener.name) : undefined;
    if (kept !== undefined) return { ...listener, port: kept };
    return { ...listener, port: await probe(listener.host, listener.port) };
  }
}

/** Binds the port for a moment and resolves with its number. */
export function probe(host: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer();
  server.once('error', reject);
  server.listen({ host, port, exclusive: true }, () => {
    const address = server.address();
    const bound = typeof address === 'object' && address !== null ? address.port : port;
    server.close(() => resolve(bound));
  });
  return promise;
}

/** Why an address cannot be bound, and what to do about it. */
export function whyNot(address: { host: string; port: number }, thrown: unknown): string {
  const place = `${isIPv6(address.host) ? `[${address.host}]` : address.host}:${address.port}`;
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  if (code === 'EADDRINUSE') {
    return `cannot bind ${place}: another program listens there. Stop it, or set another port; \`portico ports\` names it.`;
  }
  if (code === 'EACCES') {
    return `cannot bind ${place}: this user may not. Set a port above 1023, or grant the right to bind low ports.`;
  }
  if (code === 'EADDRNOTAVAIL') return `cannot bind ${place}: no such address here. Set another host.`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `cannot bind ${place}: the host name is not known here.`;
  return `cannot bind ${place}: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
}
