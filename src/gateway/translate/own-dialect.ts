// A request that needs no translation but carries what a translation left in it: blobs of another vendor, wrapped. Its
// upstream must not be sent them, so it is decoded and encoded again in its own dialect; any other request stays bytes.
import type { Target } from '../../core/index.ts';
import { envelopeMark } from '../../dialects/canonical/envelope.ts';
import { withoutCarriers } from '../../dialects/canonical/fit/unpack.ts';
import { Dropped } from '../../dialects/canonical/notes.ts';
import { codecs } from '../../dialects/codecs.ts';
import type { ReadBody } from '../../upstream/body/body.ts';
import { scannedBody } from '../../upstream/body/scanned-body.ts';
import type { GatewayCall } from '../call/call.ts';
import type { Findings } from '../call/findings.ts';
import { isAtHand, type TakenBody } from '../call/take-body.ts';
import type { Provider } from '../snapshot.ts';
import { factsOf, originOf } from './crossing.ts';
import { withKeptBlobs } from './kept-blobs.ts';
import { parseBody } from './spoken.ts';
import { understand } from './translate-request.ts';

const envelope = Buffer.from(envelopeMark);

/** Whether a wrapped blob stands in the body. Looked for only where an answer can have come from another dialect. */
export function holdsForeign(call: GatewayCall, taken: TakenBody): taken is ReadBody {
  return call.operation === 'chat' && mayHoldTranslated(call, taken) && holdsMark(taken.chunks);
}

/** Whether an answer that the body repeats can have come from another dialect. */
export function mayHoldTranslated(call: GatewayCall, taken: TakenBody): taken is ReadBody {
  const { match, dialect, snapshot, translates } = call;
  if (!translates || !isAtHand(taken)) return false;
  return match !== undefined && snapshot.parts.models.hasLanes(dialect, match.route.providers);
}

export function holdsMark(chunks: readonly Buffer[], mark = envelope): boolean {
  const keep = mark.length - 1;
  // The border between chunks may cut it, more than once where they are small.
  let before: Buffer = Buffer.alloc(0);
  return chunks.some((chunk) => {
    if (chunk.includes(mark)) return true;
    if (before.length > 0 && Buffer.concat([before, chunk.subarray(0, keep)]).includes(mark)) return true;
    before = (chunk.length < keep ? Buffer.concat([before, chunk]) : chunk).subarray(-keep);
    return false;
  });
}

/** The body without them, in the caller's own dialect. */
export function withoutForeign(
  call: GatewayCall,
  target: Target,
  provider: Provider,
  { chunks }: ReadBody,
  found: Findings,
): ReadBody {
  const { dialect, operation } = call;
  const asked = { model: call.match?.model, stream: call.streams };
  // Not what other targets are told: of a response that an upstream keeps this one is told the id.
  const { conversation, words } = understand({ dialect, operation }, parseBody(chunks), asked);
  const { turns } = withKeptBlobs(call, conversation);
  const to = {
    model: target.model ?? conversation.model,
    stream: call.streams,
    origin: originOf({ dialect }, provider),
    facts: factsOf({ dialect }, provider),
    notes: new Dropped(words),
  };
  const body = codecs[dialect].chat.encodeRequest({ ...conversation, turns: withoutCarriers(turns) }, to);
  found.dropped = to.notes.names();
  return scannedBody([Buffer.from(JSON.stringify(body))]);
}
