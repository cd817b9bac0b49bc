// A gateway in this process, from a gateway.yaml in a directory of its own, with real data threads and the mock provider.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Status } from '../../src/control/plane.ts';
import { systemClock } from '../../src/core/index.ts';
import { type Running, type ServeRequest, serve } from '../../src/process/serve.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
export const secret = 'sk-test-0123456789abcdef';

/** A configuration with whatever a test adds. JSON is YAML. */
export function gatewayYaml(more: Record<string, unknown> = {}): string {
  return JSON.stringify({
    version: 1,
    listeners: [{ name: 'api', port: 0 }],
    providers: [{ name: 'mock' }],
    keys: [{ name: 'test', key: secret }],
    plugins: ['auth', 'balancer'],
    control: { port: 0, drain: '5s' },
    threads: 2,
    ...more,
  });
}

/** One without any code to load, for rules that need no request: with `fakeThread` it starts in no time. */
export function plainYaml(more: Record<string, unknown> = {}): string {
  const accounts = [{ name: 'main', apiKey: 'sk-upstream-0123456789' }];
  const providers = [{ name: 'up', use: 'openai-compatible', baseUrl: 'http://127.0.0.1:9/v1', accounts }];
  return gatewayYaml({ providers, plugins: [], threads: 1, ...more });
}

export const fakeThread = { threadEntry: new URL('./fake-thread.ts', import.meta.url) };

export class Workplace {
  readonly directory: string;
  output = '';
  readonly #running = new Set<Running>();

  constructor(directory: string) {
    this.directory = directory;
  }

  static async make(): Promise<Workplace> {
    return new Workplace(await mkdtemp(join(tmpdir(), 'portico-serve-')));
  }

  get file(): string {
    return join(this.directory, 'gateway.yaml');
  }

  get state(): string {
    return join(this.directory, 'state');
  }

  async write(name: string, text: string): Promise<void> {
    const path = join(this.directory, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }

  async serve(changes: Partial<ServeRequest> = {}): Promise<Running> {
    const running = await serve({
      file: this.file,
      stateDirectory: this.state,
      env: {},
      clock: systemClock,
      builtin: root,
      stdout: (text) => {
        this.output += text;
      },
      stderr: (text) => {
        this.output += text;
      },
      ...changes,
    });
    this.#running.add(running);
    return running;
  }

  async remove(): Promise<void> {
    await Promise.all([...this.#running].map((running) => running.stop()));
    await rm(this.directory, { recursive: true });
  }
}

export function urlOf(running: Running, path: string, listener = 0): string {
  const { host, port } = running.listeners[listener] ?? assert.fail('no such listener');
  return `http://${host}:${port}${path}`;
}

/** One chat request; the header scripts the mock. */
export function chat(running: Running, mock = '', key = secret, stream = false): Promise<Response> {
  return fetch(urlOf(running, '/v1/chat/completions'), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      connection: 'close',
      'x-mock': mock,
    },
    body: JSON.stringify({ model: 'mock-echo', stream, messages: [{ role: 'user', content: 'Hello' }] }),
  });
}

/** Asks the control API. */
export function control(running: Running, method: string, path: string, body?: string): Promise<Response> {
  const { host, port, token } = running.control;
  return fetch(`http://${host}:${port}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body }),
  });
}

/** Waits until the status is so, by asking: what is waited for happens by itself. */
export async function until(running: Running, isSo: (status: Status) => boolean): Promise<Status> {
  const deadline = systemClock.ticks() + 10_000;
  for (;;) {
    const status = running.status();
    if (isSo(status)) return status;
    assert.ok(systemClock.ticks() < deadline, `still not so: ${JSON.stringify(status, null, 1)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
