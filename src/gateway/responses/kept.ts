// What is kept of an answer so that a later request may go on from it. Who keeps it is not known here: a store behind the
// control thread, or this process's memory.

import { GatewayError } from '../../core/index.ts';

/** Texts are JSON: most are never looked at again. */
export interface KeptResponse {
  readonly id: string;
  /** Name of the client key that asked; '' where none is needed. Nobody else finds it. */
  readonly owner: string;
  /** The response it goes on from, kept as well. */
  readonly previous: string | undefined;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Epoch milliseconds; undefined: it does not go by age. */
  readonly expiresAt: number | undefined;
  /** The items of its own request, without those it went on from. */
  readonly input: string;
  /** The response as the client got it. */
  readonly response: string;
}

export interface KeptResponses {
  /** Nothing waits for it; whoever asks afterwards, in whichever thread, finds it. */
  keep(response: KeptResponse): void;
  find(owner: string, id: string): Promise<KeptResponse | undefined>;
  /**
   * The response and all it goes on from, oldest first; undefined where one of them is not there. They are kept until
   * `until` (epoch milliseconds) at least, for something is about to stand on them. Rejects with `tooLong`.
   */
  chain(owner: string, id: string, until: number | undefined): Promise<readonly KeptResponse[] | undefined>;
  /** Whether there was anything to forget. */
  forget(owner: string, id: string): Promise<boolean>;
}

/** Bytes it counts for. */
export function sizeOf({ id, owner, input, response }: KeptResponse): number {
  return id.length + owner.length + input.length + response.length;
}

/** Where the owner's response is found in a map. */
export function keyOf(owner: string, id: string): string {
  return `${owner}\n${id}`;
}

/** The later of two ends; undefined is never. */
export function later(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : Math.max(one, other);
}

/** Longer than anybody's conversation: a chain that is damaged must end, and all of one is in memory at once. */
const mostLinks = 10_000;
const mostBytes = 64 * 1024 * 1024;

/** All that is gone on from is more than can be had at once. */
export function tooLong(): GatewayError {
  return new GatewayError('body-too-large', {
    message:
      'The conversation that this goes on from is too long: it has more than 10000 responses, or more than 64 MiB of them. Begin a new one with what matters of it in input.',
    param: 'previous_response_id',
  });
}

/** Walks back from a response to the first. Throws `tooLong`. */
export async function walkChain(
  id: string,
  find: (id: string) => KeptResponse | undefined | Promise<KeptResponse | undefined>,
): Promise<readonly KeptResponse[] | undefined> {
  const links: KeptResponse[] = [];
  let bytes = 0;
  let next: string | undefined = id;
  while (next !== undefined) {
    const found: KeptResponse | undefined = await find(next);
    if (found === undefined) return undefined;
    links.push(found);
    bytes += sizeOf(found);
    if (links.length > mostLinks || bytes > mostBytes) throw tooLong();
    next = found.previous;
  }
  return links.reverse();
}
