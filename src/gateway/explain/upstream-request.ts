// The request one target would be sent, made by the functions that make a real one, with stars in the place of credentials.
import type { MediaFetch, Target, UpstreamRequest } from '../../core/index.ts';
import { parseExact } from '../../dialects/canonical/numbers.ts';
import { bodyFor } from '../attempt/body-for.ts';
import { ownBody } from '../attempt/own-body.ts';
import { requestFor } from '../attempt/request-for.ts';
import type { GatewayCall } from '../call/call.ts';
import { newSpanId } from '../call/trace.ts';
import type { Account, Provider } from '../snapshot.ts';
import { countsHere } from '../translate/count-crossing.ts';
import { crossingTo } from '../translate/crossing.ts';
import { laneRequest } from '../translate/lane-request.ts';
import { outgoingBody } from '../translate/outgoing-body.ts';
import type { ExplainedUpstream } from './explanation.ts';
import { masked, withStars } from './stars.ts';

interface Made {
  readonly request: UpstreamRequest | undefined;
  readonly body: unknown;
  readonly dropped: readonly string[];
  readonly notes: readonly string[];
}

/** Thrown in the place of a download. */
class NotFetched extends Error {}

/** In the place of the translator's: nothing is fetched for an explanation. */
const nothingFetched: MediaFetch = {
  get maxBytes(): number {
    throw new NotFetched();
  },
  timeout: 0,
  allows: () => false,
};

/** Throws what an attempt at the target would fail with before anything is sent. */
export async function upstreamRequest(
  call: GatewayCall,
  target: Target,
  provider: Provider,
  account: Account,
): Promise<ExplainedUpstream> {
  if (call.mediaFetch !== undefined) call.mediaFetch = nothingFetched;
  const stars = withStars(account);
  const { request, body, dropped, notes } =
    target.lane === undefined
      ? await asItIs(call, target, provider, stars)
      : await translated(call, target, provider, stars);
  const tokenless = account.held !== undefined && account.held.current() === undefined;
  const later = [
    ...(tokenless ? ['The account has no token yet: one would be asked for first.'] : []),
    ...(account.signer === undefined ? [] : ['The request would be signed as it is sent; the signature is not shown.']),
  ];
  return {
    provider: target.provider,
    account: target.account,
    ...masked(request, provider, account),
    body,
    dropped,
    notes: [...notes, ...later],
  };
}

async function asItIs(call: GatewayCall, target: Target, provider: Provider, account: Account): Promise<Made> {
  const taken = await ownBody(call, target, provider, call.found);
  const { body, bytes } = bodyFor(call, target, provider, taken.body, call.found);
  const request = requestFor(call, target, provider, account, bytes, newSpanId());
  const held = Symbol.asyncIterator in body ? undefined : Buffer.concat(body);
  const notes = held === undefined ? ['The body would be passed on as it arrives.'] : [];
  return { request, body: held && readable(held), dropped: call.found.dropped, notes };
}

async function translated(call: GatewayCall, target: Target, provider: Provider, account: Account): Promise<Made> {
  const { lane } = target;
  if (lane === undefined) throw new TypeError('no lane');
  if (countsHere(call, lane)) {
    const notes = ['The provider counts no tokens: the gateway would estimate them itself, and ask nobody.'];
    return { request: undefined, body: undefined, dropped: [], notes };
  }
  try {
    const { body, dropped, stream, method } = await crossingTo(call, target, lane, provider, call.found);
    const { dialect, operation } = lane;
    const said = outgoingBody(body, provider, { target, dialect, operation, stream, headers: call.req.headers });
    const bytes = said.text.length;
    const asked = { target, lane, provider, account, spanId: newSpanId(), stream, method, bytes };
    const all = [...new Set([...dropped, ...said.dropped])];
    return { request: laneRequest(call, asked), body: readable(said.text), dropped: all, notes: [] };
  } catch (error) {
    if (!(error instanceof NotFetched)) throw error;
    const notes = ['Files given by URL would be fetched and put in first; for an explanation nothing is fetched.'];
    return { request: undefined, body: undefined, dropped: [], notes };
  }
}

function readable(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  const text = bytes.toString();
  return parseExact(text) ?? text;
}
