// What each client is put through: what the upstream does, what the client is asked, and how to tell that it went well.
import type { Script } from '../../providers/mock/script.ts';

export type Situation = 'text' | 'tool' | 'image' | 'error' | 'truncated';

export const situations: readonly Situation[] = ['text', 'tool', 'image', 'error', 'truncated'];

/** Said by the upstream, and nothing a client would say by itself. */
export const answer = 'Forty-two it is, says the upstream.';
/** Printed by the command that the model wants to have run. */
export const toolOutput = 'portico-tool-has-run';
export const refusal = 'The upstream does not like this request.';

/** A red square of 8 x 8 pixels. */
export const picture =
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGP4z8CAFWEXHbQSACj/P8Fu7N9hAAAAAElFTkSuQmCC';

/** What every PNG begins with, in base64: clients may encode the picture anew. */
const signature = 'iVBORw0KGgo';

/** The call that a model makes of a client's own tool. */
export interface Call {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** What the mock does when it is asked for the `nth` time (from 0) in a situation. */
export function scriptOf(situation: Situation, call: Call | undefined, nth: number): Script {
  if (situation === 'error') return { error: 400, message: refusal };
  if (situation === 'truncated' && nth === 0) return { text: answer, truncate: 2, chunks: 5 };
  return call === undefined ? { text: answer } : { text: answer, ...call };
}

export interface Seen {
  readonly status: number | null;
  readonly output: string;
  /** Bodies of the requests the upstream got. */
  readonly requests: readonly string[];
}

/** What went wrong, or undefined. */
export function judge(situation: Situation, { status, output, requests }: Seen): string | undefined {
  if (requests.length === 0) return 'nothing reached the upstream';
  if (situation === 'error') {
    if (status === 0) return 'ended as if all were well';
    return output.includes(refusal) ? undefined : 'did not show what the upstream said';
  }
  if (status !== 0) return `ended with ${status}`;
  if (!output.includes(answer)) return 'did not show the answer';
  if (situation === 'tool' && !requests.some((body) => body.includes(toolOutput))) {
    return 'the result of the tool did not reach the upstream';
  }
  if (situation === 'image' && !requests.some((body) => body.includes(signature))) {
    return 'the picture did not reach the upstream';
  }
  if (situation === 'truncated' && requests.length < 2) return 'took half an answer for a whole one';
  return undefined;
}
