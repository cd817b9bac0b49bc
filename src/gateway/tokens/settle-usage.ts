// What a call has used where the upstream did not say it to the end: it was cut off, or the vendor reports nothing. An
// estimate, marked as one. Where nothing was put out, nothing is counted.
import type { Operation } from '../../core/index.ts';
import { plainUsage } from '../../dialects/usage.ts';
import type { GatewayCall } from '../call/call.ts';
import { answerTokens } from './answer-tokens.ts';
import { textTokens } from './text-tokens.ts';

const writing: ReadonlySet<Operation> = new Set(['chat', 'completions']);

/** Once, at the end of a call. Costs nothing where usage was reported. */
export function settleUsage(call: GatewayCall): void {
  const { unread, reply } = call;
  const { usage } = call.found;
  if (usage !== undefined && unread === undefined) return;
  const end = unread ?? (Buffer.isBuffer(reply?.body) ? reply.body : undefined);
  if (end === undefined || !wasAnswered(call)) return;
  const output = answerTokens(end, call.bytesOut);
  if (output === 0) {
    call.found.empty = call.outcome === 'ok';
    return;
  }
  const input = textTokens(call.request.held?.chunks ?? []);
  const known = usage ?? plainUsage(input);
  // The opening of a stream may have told the input, and what little there was of the output by then.
  call.found.usage = { ...known, output: Math.max(known.output, output) };
  call.found.usageSource = 'estimated';
}

/** An upstream has begun to answer as it was asked to. */
function wasAnswered(call: GatewayCall): boolean {
  if (!writing.has(call.operation) || call.firstByteAt === undefined || call.res.statusCode >= 300) return false;
  return call.attempts.some(({ sent, failure }) => sent && failure === undefined);
}
