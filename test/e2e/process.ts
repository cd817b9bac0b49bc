// A gateway in a process of its own, as an operator would start it: it can be killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Status } from '../../src/control/plane.ts';
import { builtin, until } from './home.ts';

export class GatewayProcess {
  readonly #child: ChildProcess;
  readonly #state: string;
  #said = '';
  #base: string | undefined;
  #token = '';

  private constructor(file: string, state: string) {
    this.#state = state;
    this.#child = spawn(
      process.execPath,
      [join(builtin, 'bin/portico.js'), 'serve', '--config', file, '--state', state],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (text: Buffer) => {
        this.#said += text;
      });
    }
  }

  /** Resolves when it serves. */
  static async start(file: string, state: string): Promise<GatewayProcess> {
    const gateway = new GatewayProcess(file, state);
    await until(() => gateway.#found());
    return gateway;
  }

  async status(): Promise<Status> {
    const answer = await fetch(`${this.#base}/status`, { headers: { authorization: `Bearer ${this.#token}` } });
    return (await answer.json()) as Status;
  }

  /** Of the first listener. */
  async url(): Promise<string> {
    const [listener] = (await this.status()).listeners;
    return `http://${listener?.host}:${listener?.port}`;
  }

  /** `SIGKILL` leaves it no last word. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill(signal);
    await once(this.#child, 'exit');
  }

  /** run.json may be that of the process before. */
  async #found(): Promise<boolean> {
    if (this.#child.exitCode !== null) throw new Error(`it did not start\n${this.#said}`);
    const text = await readFile(join(this.#state, 'run.json'), 'utf8').catch(() => '{}');
    const run: { pid?: number; control?: { host: string; port: number } } = JSON.parse(text);
    if (run.pid !== this.#child.pid || run.control === undefined) return false;
    this.#base = `http://${run.control.host}:${run.control.port}`;
    this.#token = (await readFile(join(this.#state, 'control-token'), 'utf8')).trim();
    return true;
  }
}
