// Log lines to one reader as server-sent events, for as long as it reads. A line is never waited for: a reader that
// leaves too much unread is told so and let go.
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../core/index.ts';
import type { LineFilter, LogTail, ToldLine } from './tail.ts';

/** Bytes that may wait for one reader. */
const mostWaiting = 1024 * 1024;
const heartbeatMs = 15_000;
/** For one that was let go to read what is waiting. */
const goodbyeMs = 5_000;

export interface FollowOptions {
  readonly tail: LogTail;
  readonly filter: LineFilter;
  /** Names this run of the gateway: numbers of lines of another mean nothing. */
  readonly run: string;
  readonly clock: Clock;
  /** Lines it is told first. */
  readonly first: readonly ToldLine[];
}

/** Resolves when the reader is gone. */
export function follow(res: ServerResponse, { tail, filter, run, clock, first }: FollowOptions): Promise<void> {
  // It may have left while it was asked who it is; nobody would be told again.
  if (res.closed) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const event = ({ number, text }: ToldLine) => {
    const data = text.split('\n').map((line) => `data: ${line}\n`);
    return `id: ${run}-${number}\n${data.join('')}\n`;
  };
  res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
  res.write(`${first.map(event).join('')}event: caught-up\ndata: ${run}\n\n`);
  const stop = tail.follow(filter, (line) => {
    res.write(event(line));
    if (res.writableLength <= mostWaiting) return;
    stop();
    res.end('event: note\ndata: let go: more than 1 MiB of lines was left unread\n\n');
    clock.after(goodbyeMs, () => res.destroy());
  });
  const heartbeat = clock.after(heartbeatMs, () => {
    if (!res.writableEnded) res.write(': still here\n\n');
    heartbeat.restart();
  });
  res.once('close', () => {
    heartbeat.cancel();
    stop();
    resolve();
  });
  return promise;
}
