// The upstream's side of a connection that has switched protocols: the body of a reply with status 101. It flows into no
// sink; whoever hands it over to the client takes the socket.
import type { Duplex } from 'node:stream';
import type { Source } from '../../core/index.ts';

export class UpstreamSocket implements Source {
  readonly socket: Duplex;
  /** Milliseconds of silence after which the connection ends; 0 is off. */
  readonly idleMs: number;
  #aborted: Error | undefined;
  #tell: ((reason: Error) => void) | undefined;

  constructor(socket: Duplex, idleMs: number) {
    this.socket = socket;
    this.idleMs = idleMs;
    // It may break before anybody has taken it.
    socket.on('error', () => socket.destroy());
  }

  /** From now on an abort is the listener's to carry out; one that has come already is told at once. */
  onAbort(tell: (reason: Error) => void): void {
    this.#tell = tell;
    if (this.#aborted !== undefined) tell(this.#aborted);
  }

  flow(): void {
    throw new Error('a socket is taken, it does not flow');
  }

  resume(): void {
    this.socket.resume();
  }

  abort(reason: Error): void {
    if (this.#aborted !== undefined) return;
    this.#aborted = reason;
    if (this.#tell === undefined) this.socket.destroy();
    else this.#tell(reason);
  }
}
