// A chat (or a legacy completion) in another dialect, and its answer: whole or streamed on either side.
import {
  type Answer,
  GatewayError,
  isSource,
  type JsonObject,
  type Lane,
  type Reply,
  type ReplyFacts,
  type Source,
  type Target,
} from '../../core/index.ts';
import { faultOf } from '../../dialects/canonical/read-error.ts';
import { asObject } from '../../dialects/json.ts';
import type { GatewayCall } from '../call/call.ts';
import { keepResponse } from '../responses/keep.ts';
import { listen } from '../responses/listen.ts';
import type { Provider } from '../snapshot.ts';
import { textTokens } from '../tokens/text-tokens.ts';
import { type Crossing, factsOf, originOf } from './crossing.ts';
import { gather } from './gather.ts';
import { keepBlobs, keepingBlobs } from './kept-blobs.ts';
import { asMembers, jsonReply, streamReply, wantsArray, wholeReply } from './reply-in.ts';
import { spokenOf } from './spoken.ts';
import { type AnswerWay, StreamTranslation, settled, tellAsStream, understandAnswer } from './translate-answer.ts';
import { type Spoken, say } from './translate-request.ts';
import { TranslatedStream } from './translated-stream.ts';
import { wholeJson } from './whole-body.ts';

export async function chatCrossing(
  call: GatewayCall,
  target: Target,
  lane: Lane,
  provider: Provider,
): Promise<Crossing> {
  const spoken = await spokenOf(call);
  const origin = originOf(lane, provider);
  const model = target.model ?? spoken.conversation.model;
  const stream = call.streams;
  const { body, dropped, undo } = say(spoken, lane, { model, stream, origin, facts: factsOf(lane, provider) });
  const way: AnswerWay = {
    from: lane.dialect,
    origin,
    to: call.dialect,
    codec: spoken.codec,
    undo,
    reply: replyFacts(call, spoken, model),
    last: keepingBlobs(call),
  };
  return { body, stream, dropped, convert: async (reply) => kept(call, spoken.said, await convert(call, reply, way)) };
}

/** The answer can be gone on from, in the dialect whose requests name the answer before them. */
function kept(call: GatewayCall, request: JsonObject, reply: Reply): Reply {
  if (call.dialect === 'openai-responses') listen(reply, (response) => keepResponse(call, request, response));
  return reply;
}

/** What the client's codec may say besides the answer. */
export function replyFacts(call: GatewayCall, { conversation }: Spoken, model: string): ReplyFacts {
  return {
    callId: call.id,
    model,
    now: Math.floor(call.clock.now() / 1000),
    conversation,
    estimateInput: () => textTokens(call.request.held?.chunks ?? []),
    lost: (what) => {
      if (!call.dropped.includes(what)) call.dropped = [...call.dropped, what];
    },
  };
}

function convert(call: GatewayCall, reply: Reply, way: AnswerWay): Promise<Reply> {
  if (!reply.eventStream || !isSource(reply.body)) return fromWhole(call, reply, way);
  return call.streams ? streamed(call, reply, reply.body, way) : gathered(call, reply, reply.body, way);
}

async function streamed(call: GatewayCall, reply: Reply, source: Source, way: AnswerWay): Promise<Reply> {
  const translation = new StreamTranslation(way);
  const array = wantsArray(call);
  const body = new TranslatedStream(source, translation, array ? asMembers : undefined);
  await body.begin();
  call.told = translation;
  return streamReply(body, reply, array);
}

/** An upstream that streams whatever it is asked. */
async function gathered(call: GatewayCall, reply: Reply, source: Source, way: AnswerWay): Promise<Reply> {
  return whole(call, reply, settled(await gather(source, way), way), way);
}

async function fromWhole(call: GatewayCall, reply: Reply, way: AnswerWay): Promise<Reply> {
  const body = await wholeJson(reply);
  mustBeNoError(body);
  return whole(call, reply, understandAnswer(body, way), way);
}

function whole(call: GatewayCall, reply: Reply, answer: Answer, way: AnswerWay): Reply {
  keepBlobs(call, answer);
  call.told = { usage: answer.usage, usageKnown: answer.usage !== undefined };
  if (!call.streams) return jsonReply(way.codec.encodeAnswer(answer, way.reply), reply);
  const events = tellAsStream(answer, way);
  if (!wantsArray(call)) return wholeReply(events, 'text/event-stream', reply.headers);
  return wholeReply(`${asMembers(events, true)}]`, 'application/json', reply.headers);
}

/** Some vendors answer 200 with an error in the body. */
function mustBeNoError(body: JsonObject): void {
  if (asObject(body.error) === undefined) return;
  const fault = faultOf(body);
  throw new GatewayError('upstream-failed', { message: fault.message, fault });
}
