// An answer on its way past the plugins that asked to see it: in the caller's dialect, whether it was translated or not.
import { type Answer, type Delta, GatewayError, isSource, type Reply } from '../../core/index.ts';
import { Fold } from '../../dialects/canonical/fold.ts';
import { parseExact } from '../../dialects/canonical/numbers.ts';
import { unfold } from '../../dialects/canonical/unfold.ts';
import { codecs } from '../../dialects/codecs.ts';
import { asArray, asObject } from '../../dialects/json.ts';
import type { GatewayCall } from '../call/call.ts';
import { replyFacts } from './chat.ts';
import { type Onlookers, stageOf } from './onlookers.ts';
import { asMembers } from './reply-in.ts';
import { bodyOf } from './spoken.ts';
import { type AnswerWay, StreamTranslation } from './translate-answer.ts';
import { understand } from './translate-request.ts';
import { TranslatedStream } from './translated-stream.ts';
import { WatchedStream, WatchedWhole } from './watched.ts';
import { wholeBody } from './whole-body.ts';

/**
 * The reply with them in its way. Errors are left alone. Throws what a plugin throws about a whole answer, and
 * `upstream-invalid` where an answer that is to be changed cannot be read: it must not pass unchanged.
 */
export async function withOnlookers(call: GatewayCall, reply: Reply, onlookers: Onlookers): Promise<Reply> {
  if (call.operation !== 'chat' || reply.status >= 300) return reply;
  if (onlookers.changes.length > 0) return rewritten(call, reply, onlookers);
  return watched(call, reply, onlookers);
}

function watched(call: GatewayCall, reply: Reply, onlookers: Onlookers): Reply {
  const { chat } = codecs[call.dialect];
  const origin = { origin: originIn(call) };
  const stage = stageOf(onlookers);
  const see = (delta: Delta) => void stage(delta);
  if (reply.eventStream && isSource(reply.body)) {
    return { ...reply, body: new WatchedStream(reply.body, chat.decodeStream(origin), see) };
  }
  const seeWhole = (text: string) => {
    for (const delta of deltasIn(call, text)) see(delta);
  };
  if (isSource(reply.body)) return { ...reply, body: new WatchedWhole(reply.body, seeWhole) };
  seeWhole(reply.body.toString());
  return reply;
}

/** Of a whole answer, or of a stream that is one JSON array; none where it is neither. */
function* deltasIn(call: GatewayCall, text: string): Generator<Delta> {
  const { chat } = codecs[call.dialect];
  const parsed = parseExact(text);
  const answer = asObject(parsed);
  if (answer !== undefined) return yield* unfold(chat.decodeAnswer(answer, { origin: originIn(call) }));
  const decoder = chat.decodeStream({ origin: originIn(call) });
  for (const event of asArray(parsed) ?? []) yield* decoder.event('', JSON.stringify(event));
  if (asArray(parsed) !== undefined) yield* decoder.end();
}

async function rewritten(call: GatewayCall, reply: Reply, onlookers: Onlookers): Promise<Reply> {
  const way = await wayOf(call, onlookers);
  if (reply.eventStream && isSource(reply.body)) {
    const translation = new StreamTranslation(way);
    const body = new TranslatedStream(reply.body, translation);
    // The client may not have asked to be told what was used.
    call.found.told ??= translation;
    const { 'content-length': _, ...headers } = reply.headers;
    return { ...reply, headers, body };
  }
  const parsed = parseExact((await wholeBody(reply)).toString());
  const body = Buffer.from(rewrittenText(call, parsed, way, onlookers));
  return { ...reply, headers: { ...reply.headers, 'content-length': String(body.length) }, body };
}

function rewrittenText(call: GatewayCall, parsed: unknown, way: AnswerWay, onlookers: Onlookers): string {
  const whole = asObject(parsed);
  if (whole !== undefined) {
    const answer = codecs[way.from].chat.decodeAnswer(whole, way);
    call.found.told ??= { usage: answer.usage, usageKnown: answer.usage !== undefined };
    return JSON.stringify(way.codec.encodeAnswer(changed(answer, onlookers), way.reply));
  }
  const events = asArray(parsed);
  if (events === undefined) throw new GatewayError('upstream-invalid');
  const translation = new StreamTranslation(way);
  call.found.told ??= translation;
  const told = events.map((event) => translation.event('', JSON.stringify(event))).join('') + translation.end();
  if (!translation.ended) throw new GatewayError('upstream-truncated');
  return `${asMembers(told, true)}]`;
}

async function wayOf(call: GatewayCall, onlookers: Onlookers): Promise<AnswerWay> {
  const { dialect, operation } = call;
  const asked = { model: call.match?.model, stream: call.streams };
  // Of a response that an upstream keeps only the id is known, and not needed here.
  const spoken = understand({ dialect, operation }, await bodyOf(call), asked);
  return {
    from: dialect,
    origin: originIn(call),
    to: dialect,
    codec: spoken.codec,
    undo: new Map(),
    reply: replyFacts(call, spoken, spoken.conversation.model, call.found),
    last: stageOf(onlookers),
  };
}

function changed(answer: Answer, onlookers: Onlookers): Answer {
  const fold = new Fold();
  const stage = stageOf(onlookers);
  for (const delta of unfold(answer)) for (const told of stage(delta)) fold.push(told);
  return fold.answer();
}

/** Blobs are in the form the client gets them, whoever issued them: as its own dialect's they pass as they are. */
function originIn(call: GatewayCall): string {
  return `${call.dialect}/`;
}
