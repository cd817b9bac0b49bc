// Follows the log of a gateway through its restarts. A gateway that comes back is another run, whose lines are shown
// from its first; one that was only out of reach goes on after the last line that was seen.
import { setTimeout } from 'node:timers/promises';
import { EventSplitter } from '../../dialects/sse.ts';
import { findRunning, type RunningGateway } from '../control.ts';
import { CommandFailure, messageOf } from '../failure.ts';

const retryMs = 500;

export interface FollowRequest {
  readonly state: string;
  readonly query: URLSearchParams;
  /** Of the lines that were there before, at most so many. */
  readonly lines: number;
  /** The gateway that was found. */
  readonly running: RunningGateway;
  wanted(text: string): boolean;
  print(text: string): void;
  /** Says something that is no line of the log. */
  note(text: string): void;
}

/** Never resolves: the user ends it. Throws what the gateway says when it refuses. */
export async function followLogs(request: FollowRequest): Promise<void> {
  // The process ends with its reader (`| head`), without a word.
  process.stdout.once('error', () => process.exit());
  const { state, note } = request;
  const reading = new Reading(request);
  let gateway: RunningGateway | undefined = request.running;
  for (;;) {
    if (gateway !== undefined) {
      note(`-- ${await reading.through(gateway)} --\n`);
      await setTimeout(retryMs);
    }
    gateway = await findRunning(state);
    if (gateway !== undefined) note('-- connected again --\n');
    else await setTimeout(retryMs);
  }
}

class Reading {
  readonly #request: FollowRequest;
  /** Id of the last line, for the gateway to go on after it. */
  #seen = '';
  /** Lines from before it was asked the first time; undefined once they are shown. */
  #before: string[] | undefined = [];

  constructor(request: FollowRequest) {
    this.#request = request;
  }

  /** Shows lines until the gateway is gone, and says why that is. */
  async through(gateway: RunningGateway): Promise<string> {
    try {
      const stream = await gateway.followLogs(`${this.#request.query}&follow=true`, this.#seen);
      const splitter = new EventSplitter();
      for await (const chunk of stream) {
        for (const { event, data, bytes } of splitter.push(Buffer.from(chunk))) this.#take(event, data, bytes);
      }
      return 'the gateway has stopped; waiting for it';
    } catch (thrown) {
      if (thrown instanceof CommandFailure) throw thrown;
      return `the gateway is gone (${messageOf(thrown)}); waiting for it`;
    }
  }

  #take(event: string, data: string, bytes: Buffer): void {
    const { print, wanted, note, lines } = this.#request;
    if (event === 'note') return note(`-- ${data} --\n`);
    if (event === 'caught-up') {
      const found = this.#before ?? [];
      this.#before = undefined;
      for (const text of found.slice(Math.max(0, found.length - lines))) print(text);
      return;
    }
    const id = /^id: (\S+)$/m.exec(bytes.toString())?.[1];
    if (id === undefined) return;
    this.#seen = id;
    if (!wanted(data)) return;
    if (this.#before === undefined) print(data);
    else this.#before.push(data);
  }
}
