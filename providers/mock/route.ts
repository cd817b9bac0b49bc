// One thing the mock answers.
import type { Exchange } from './exchange.ts';
import type { Chat, Speech } from './speech.ts';

export interface Route {
  readonly speech: Speech;
  /** What becomes JSON, or a `Raw` answer. */
  readonly answer: (exchange: Exchange) => unknown;
  /** Set where the answer can be a stream. */
  readonly chat?: Chat;
  readonly streams: 'if asked' | 'always' | 'never';
}

/** The first group of the path is the model, a group named `id` the id in it. */
export type Row = readonly [method: string, path: RegExp, route: Route];

export function chat(spoken: Chat): Route {
  return { speech: spoken, answer: spoken.answer, chat: spoken, streams: 'if asked' };
}

export function plain(speech: Speech, answer: (exchange: Exchange) => unknown): Route {
  return { speech, answer, streams: 'never' };
}
