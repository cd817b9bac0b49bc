// Which exchange is the last one on a connection, so that a refusal never lands inside or before another answer.
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

interface LastExchange {
  readonly res: ServerResponse;
  /** The one before it, where that was still being answered when this one came (a pipelined request). */
  readonly before: ServerResponse | undefined;
}

export class Exchanges {
  readonly #last = new WeakMap<Duplex, LastExchange>();

  began(res: ServerResponse): void {
    const { socket } = res.req;
    const before = this.#last.get(socket)?.res;
    this.#last.set(socket, { res, before: before === undefined || isOver(before) ? undefined : before });
  }

  last(socket: Duplex): LastExchange | undefined {
    return this.#last.get(socket);
  }
}

/** Calls back once the answer has left, or never will. */
export function whenOver(res: ServerResponse | undefined, act: () => void): void {
  if (res === undefined || isOver(res)) return act();
  res.once('close', act);
}

function isOver(res: ServerResponse): boolean {
  return res.writableFinished || res.destroyed;
}
