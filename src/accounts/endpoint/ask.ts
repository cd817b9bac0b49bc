// One request to an endpoint of a vendor's, under Portico's own name: bounded in size, redirects not followed.
import { type Dispatcher, request } from 'undici';

export interface Question {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
}

export interface Told {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly text: string;
}

export class AnswerTooLarge extends Error {
  constructor() {
    super('it answered with more than 1 MiB');
    this.name = 'AnswerTooLarge';
  }
}

/** Some vendors refuse who does not say a name. */
export const ownName = 'portico';

const largestAnswer = 1024 * 1024;

/** Throws what undici does, and AnswerTooLarge. */
export async function ask({ url, headers, body, ...way }: Question): Promise<Told> {
  const all = { 'user-agent': ownName, 'accept-encoding': 'identity', ...headers };
  const answer = await request(url, { ...way, headers: all, body: body ?? null });
  return { status: answer.statusCode, headers: answer.headers, text: await textOf(answer.body) };
}

/** Why there was no answer, for people. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 300);
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > largestAnswer) throw new AnswerTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
