// A directory an operator would have: gateway.yaml, drop-in directories beside it, state; and the gateway run on it.
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/core/index.ts';
import { type Running, serve } from '../../src/process/serve.ts';

export const key = 'sk-portico-test-0123456789abcdef0123456789';
export const builtin = fileURLToPath(new URL('../../', import.meta.url));

/** Appended to what a test writes. */
export const usual = `
version: 1
control: { host: 127.0.0.1, port: 0 }
keys: [{ name: test, key: ${key} }]
logging: { level: error }
`;

export class Home implements AsyncDisposable {
  readonly directory: string;
  readonly file: string;
  readonly said: string[] = [];
  #running: Running | undefined;

  private constructor(directory: string) {
    this.directory = directory;
    this.file = join(directory, 'gateway.yaml');
  }

  static async make(text: string): Promise<Home> {
    const home = new Home(await mkdtemp(join(tmpdir(), 'portico-')));
    await home.write('gateway.yaml', usual + text);
    return home;
  }

  get running(): Running {
    if (this.#running === undefined) throw new Error('not started');
    return this.#running;
  }

  get url(): string {
    return this.urlOf(0);
  }

  urlOf(listener: number): string {
    const bound = this.running.listeners[listener];
    if (bound === undefined) throw new Error('no such listener');
    return `http://${bound.host}:${bound.port}`;
  }

  async start(env: NodeJS.ProcessEnv = {}): Promise<this> {
    this.#running = await serve({
      file: this.file,
      stateDirectory: join(this.directory, 'state'),
      env,
      clock: systemClock,
      builtin,
      stdout: (text) => void this.said.push(text),
      stderr: (text) => void this.said.push(text),
      rehearsalLimitMs: 2000,
    }).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.said.join('')}`, { cause: error });
    });
    return this;
  }

  /** Calls in flight in all threads. */
  get inFlight(): number {
    return this.running.status().threads.reduce((sum, thread) => sum + thread.inFlight, 0);
  }

  /** Writes in place, as a shell's redirection does. */
  async write(name: string, text: string): Promise<void> {
    const path = join(this.directory, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }

  /** Writes beside and renames, as editors do. */
  async replace(name: string, text: string): Promise<void> {
    const path = join(this.directory, name);
    await writeFile(`${path}.new`, text);
    await rename(`${path}.new`, path);
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}, base = this.url): Promise<Response> {
    return fetch(base + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
      body: JSON.stringify(body),
    });
  }

  chat(model = 'mock-echo', headers: Record<string, string> = {}): Promise<Response> {
    return this.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'hi' }] }, headers);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running?.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Waits until `true`, looking often; the test's own time limit is the bound. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
