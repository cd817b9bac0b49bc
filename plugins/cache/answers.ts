// The answers that are kept, in the memory of one data thread: bounded in number and in bytes.
import { LRUCache } from 'lru-cache';
import type { Call, Host, Reply } from 'portico';
import { Replay } from './replay.ts';
import type { Settings } from './settings.ts';

export interface Kept {
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
  readonly eventStream: boolean;
  /** Of the clock that never jumps. */
  readonly keptAt: number;
}

export type Answers = LRUCache<string, Kept>;

/** What an answer takes besides its body. */
const besides = 1024;

/** Survives reloads as long as the bounds stay what they are. */
export function answersOf(host: Host, { maxEntries, maxBytes }: Settings): Answers {
  return host.keep(
    `${maxEntries} ${maxBytes}`,
    () =>
      new LRUCache<string, Kept>({
        max: maxEntries,
        maxSize: maxBytes,
        sizeCalculation: ({ body }) => body.length + besides,
      }),
    (answers) => answers.clear(),
  );
}

/** The answer once more, for this call. */
export function replyOf({ headers, body, eventStream, keptAt }: Kept, call: Call): Reply {
  const told = { ...headers, age: String(Math.floor((call.clock.ticks() - keptAt) / 1000)) };
  if (eventStream) return { status: 200, headers: told, body: new Replay(body, call.signal), eventStream };
  return { status: 200, headers: { ...told, 'content-length': String(body.length) }, body, eventStream };
}
