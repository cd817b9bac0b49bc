// One request to an endpoint that gives out tokens, through the account's egress: bounded in size, redirects not followed.
import { type Dispatcher, request } from 'undici';
import { openEgress } from '../../upstream/egress/open-egress.ts';
import { MintError } from '../minted.ts';
import { finalRetryMs } from '../pace.ts';

export interface EndpointRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly egressUrl: string | undefined;
  readonly signal: AbortSignal;
}

export interface EndpointAnswer {
  readonly status: number;
  /** Empty where it is no JSON object. */
  readonly answer: Readonly<Record<string, unknown>>;
  /** Milliseconds it asked to wait. */
  readonly retryAfterMs: number | undefined;
}

const largestAnswer = 1024 * 1024;

/** Throws MintError where there is no answer: its message holds no secret. */
export async function askEndpoint({ egressUrl, ...asked }: EndpointRequest): Promise<EndpointAnswer> {
  await using egress = openEgress(egressUrl);
  const { url, method, body, signal } = asked;
  // Some vendors refuse who does not say a name.
  const headers = { 'user-agent': 'portico', ...asked.headers };
  try {
    const told = await request(url, { dispatcher: egress, method, headers, signal, body: body ?? null });
    const text = await textOf(told.body);
    return { status: told.statusCode, answer: objectIn(text), retryAfterMs: waitOf(told.headers) };
  } catch (error) {
    if (error instanceof MintError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new MintError(`${hostOf(url)} cannot be reached: ${reason}`, false);
  }
}

/** For messages: an address may hold more than everybody should know. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'the token endpoint';
}

/** An account must not be lost to a slip of its vendor's: never longer than half an hour. */
function waitOf(headers: Dispatcher.ResponseData['headers']): number | undefined {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, finalRetryMs) : undefined;
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > largestAnswer) throw new MintError('the token endpoint answered with more than 1 MiB', false);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function objectIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
