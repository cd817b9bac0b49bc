// An answer on its way past the plugins that asked to see it: in the caller's dialect, whether it was translated or not.
import { type Answer, type Delta, isSource, type JsonObject, type Reply } from '../../core/index.ts';
import { Fold } from '../../dialects/canonical/fold.ts';
import { unfold } from '../../dialects/canonical/unfold.ts';
import { codecs } from '../../dialects/codecs.ts';
import type { GatewayCall } from '../call/call.ts';
import { replyFacts } from './chat.ts';
import { type Onlookers, stageOf } from './onlookers.ts';
import { WatchedStream, WatchedWhole } from './passing.ts';
import { spokenOf } from './spoken.ts';
import { type AnswerWay, StreamTranslation } from './translate-answer.ts';
import { TranslatedStream } from './translated-stream.ts';
import { wholeJson } from './whole-body.ts';

/** The reply with them in its way. Throws what a plugin throws about a whole answer. */
export async function withOnlookers(call: GatewayCall, reply: Reply, onlookers: Onlookers): Promise<Reply> {
  const json = String(reply.headers['content-type']).includes('json');
  if (call.operation !== 'chat' || reply.status >= 300 || !(reply.eventStream || json)) return reply;
  if (onlookers.changes.length > 0) return rewritten(call, reply, onlookers);
  const { chat } = codecs[call.dialect];
  const origin = { origin: originIn(call) };
  const stage = stageOf(onlookers);
  const see = (delta: Delta) => void stage(delta);
  if (reply.eventStream && isSource(reply.body))
    return { ...reply, body: new WatchedStream(reply.body, chat.decodeStream(origin), see) };
  const seeWhole = (body: JsonObject) => {
    for (const delta of unfold(chat.decodeAnswer(body, origin))) see(delta);
  };
  if (isSource(reply.body)) return { ...reply, body: new WatchedWhole(reply.body, seeWhole) };
  new WatchedWhole(reply.body, seeWhole).look();
  return reply;
}

async function rewritten(call: GatewayCall, reply: Reply, onlookers: Onlookers): Promise<Reply> {
  const spoken = await spokenOf(call);
  const way: AnswerWay = {
    from: call.dialect,
    origin: originIn(call),
    to: call.dialect,
    codec: spoken.codec,
    undo: new Map(),
    reply: replyFacts(call, spoken, spoken.conversation.model),
    last: stageOf(onlookers),
  };
  if (reply.eventStream && isSource(reply.body)) {
    const translation = new StreamTranslation(way);
    const body = new TranslatedStream(reply.body, translation);
    // The client may not have asked to be told what was used.
    call.told ??= translation;
    const { 'content-length': _, ...headers } = reply.headers;
    return { ...reply, headers, body };
  }
  const answer = codecs[call.dialect].chat.decodeAnswer(await wholeJson(reply), way);
  const body = Buffer.from(JSON.stringify(way.codec.encodeAnswer(changed(answer, onlookers), way.reply)));
  return { ...reply, headers: { ...reply.headers, 'content-length': String(body.length) }, body };
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
