// A vendor on loopback that lists its models, and a provider instance that points at it.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { load } from '../../../src/config/load.ts';
import type { LoadedConfig } from '../../../src/config/loaded.ts';
import { root } from '../running.ts';

export interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

/** Answers with what `answer` makes of a request: JSON, or a status. */
export class Vendor implements AsyncDisposable {
  readonly asked: Asked[] = [];
  answer: (asked: Asked) => unknown = () => ({ object: 'list', data: [] });
  readonly #server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://vendor');
    const asked = { path: url.pathname, query: url.searchParams, headers: request.headers };
    this.asked.push(asked);
    const answer = this.answer(asked);
    const status = typeof answer === 'number' ? answer : 200;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof answer === 'number' ? '{}' : typeof answer === 'string' ? answer : JSON.stringify(answer));
  });

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export interface Instance {
  readonly use: string;
  readonly baseUrl: string;
  readonly accounts?: readonly Record<string, unknown>[];
  readonly models?: unknown;
  readonly egress?: string;
}

/** A configuration with one provider `up` of this kind. */
export async function configOf(
  instance: Instance,
  more: Record<string, unknown> = {},
  found?: ReadonlyMap<string, readonly string[]>,
): Promise<LoadedConfig> {
  const accounts = [{ name: 'main', apiKey: 'sk-upstream-0123456789' }];
  const text = JSON.stringify({
    version: 1,
    listeners: [{ name: 'api', port: 0 }],
    providers: [{ name: 'up', accounts, models: 'discover', ...instance }],
    ...more,
  });
  const documents = [{ path: '/gateway.yaml', text }];
  const { config, issues } = await load({ file: '/gateway.yaml', documents, env: {}, builtin: root, found });
  if (config === undefined) throw new Error(issues.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return config;
}
