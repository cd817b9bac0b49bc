// The client's side of a connection that asks to switch protocols. Until it is taken it is watched only for the client
// leaving; what the client sends before its answer waits.
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export class ClientSocket {
  readonly #socket: Socket;
  #early: Buffer[];

  constructor(socket: Socket, head: Buffer) {
    this.#socket = socket;
    this.#early = head.length === 0 ? [] : [head];
    socket.on('data', this.#wait).on('end', this.#left);
  }

  /** The bare socket, which belongs to no response any more. */
  take(res: ServerResponse): Socket {
    const socket = this.#socket;
    socket.off('data', this.#wait).off('end', this.#left).pause();
    res.detachSocket(socket);
    if (this.#early.length > 0) socket.unshift(Buffer.concat(this.#early));
    this.#early = [];
    return socket;
  }

  readonly #wait = (chunk: Buffer): void => {
    this.#early.push(chunk);
    this.#socket.pause();
  };

  readonly #left = (): void => {
    this.#socket.destroy();
  };
}
