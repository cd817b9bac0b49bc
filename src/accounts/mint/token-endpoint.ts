// One request to an endpoint that gives out tokens, through the account's egress.
import type { Tree } from '../../config/read/tree.ts';
import { openEgress } from '../../upstream/egress/open-egress.ts';
import { AnswerTooLarge, ask, reasonOf, type Told } from '../endpoint/ask.ts';
import { hostOf } from '../endpoint/host-of.ts';
import { bodyIn } from '../endpoint/read-body.ts';
import { finalRetryMs } from '../keep/pace.ts';
import { MintError } from '../minted.ts';

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
  /** Empty where nothing can be read. */
  readonly answer: Readonly<Tree>;
  /** Milliseconds it asked to wait. */
  readonly retryAfterMs: number | undefined;
}

/** Throws MintError where there is no answer: its message holds no secret. */
export async function askEndpoint({ egressUrl, ...asked }: EndpointRequest): Promise<EndpointAnswer> {
  await using dispatcher = openEgress(egressUrl);
  try {
    const { status, headers, text } = await ask({ ...asked, dispatcher });
    return { status, answer: bodyIn(text, String(headers['content-type'])), retryAfterMs: waitOf(headers) };
  } catch (error) {
    const host = hostOf(asked.url);
    if (error instanceof AnswerTooLarge) throw new MintError(`${host} refused: ${error.message}`, false);
    throw new MintError(`${host} cannot be reached: ${reasonOf(error)}`, false);
  }
}

/** An account must not be lost to a slip of its vendor's: never longer than half an hour. */
function waitOf({ 'retry-after': after, date }: Told['headers']): number | undefined {
  const given = Number(after);
  // A date is seen from the vendor's own clock: ours need not agree.
  const seconds = Number.isNaN(given) ? (Date.parse(String(after)) - Date.parse(String(date))) / 1000 : given;
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, finalRetryMs) : undefined;
}
