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
import { mostDropped } from '../../dialects/canonical/notes.ts';
import { faultOf } from '../../dialects/canonical/read-error.ts';
import { asObject } from '../../dialects/json.ts';
import type { GatewayCall } from '../call/call.ts';
import { asAsked, refuseState } from '../responses/expand.ts';
import { keepResponse } from '../responses/keep.ts';
import type { Provider } from '../snapshot.ts';
import { textTokens } from '../tokens/text-tokens.ts';
import { type Crossing, factsOf, originOf } from './crossing.ts';
import { gather } from './gather.ts';
import { keepBlobs, keepingBlobs } from './kept-blobs.ts';
import { asMembers, jsonReply, streamReply, wantsArray } from './reply-in.ts';
import { sayTo } from './say-to.ts';
import { spokenOf } from './spoken.ts';
import { takeTurns } from './take-turns.ts';
import { type AnswerWay, StreamTranslation, settled, tellAsStream, understandAnswer } from './translate-answer.ts';
import { type Spoken, say } from './translate-request.ts';
import { TranslatedStream } from './translated-stream.ts';
import { jsonIn, sourceOf, wholeBody } from './whole-body.ts';

const opensEvents = /^\s*(data|event|id|retry)?:/;

export async function chatCrossing(
  call: GatewayCall,
  target: Target,
  lane: Lane,
  provider: Provider,
): Promise<Crossing> {
  const spoken = await spokenOf(call);
  await takeTurns(call);
  const origin = originOf(lane, provider);
  const model = target.model ?? spoken.conversation.model;
  const stream = call.streams;
  refuseState(spoken.conversation);
  const destination = {
    model,
    stream,
    origin,
    facts: factsOf(lane, provider),
  };
  const { body, dropped, undo } = await sayTo(call, spoken, (each) => say(each, lane, destination));
  await takeTurns(call);
  const way: AnswerWay = {
    from: lane.dialect,
    origin,
    to: call.dialect,
    codec: spoken.codec,
    undo,
    reply: replyFacts(call, { ...spoken, conversation: asAsked(spoken.conversation, spoken.said) }, model),
    last: keepingBlobs(call),
  };
  const told = async (reply: Reply) => {
    const answer = await convert(call, reply, way);
    // It can be gone on from, in the dialect whose requests name the answer before them.
    if (call.dialect === 'openai-responses') call.keeps = (response) => keepResponse(call, spoken.said, response);
    return answer;
  };
  return { body, stream, dropped, convert: told };
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
      if (call.dropped.length < mostDropped && !call.dropped.includes(what)) call.dropped = [...call.dropped, what];
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
  const bytes = await wholeBody(reply);
  // Some vendors send events and call them something else.
  if (opensEvents.test(bytes.toString('latin1', 0, 16))) {
    return whole(call, reply, settled(await gather(sourceOf(bytes), way), way), way);
  }
  const body = jsonIn(bytes);
  mustBeNoError(body);
  return whole(call, reply, understandAnswer(body, way), way);
}

function whole(call: GatewayCall, reply: Reply, answer: Answer, way: AnswerWay): Reply {
  keepBlobs(call, answer);
  call.told = { usage: answer.usage, usageKnown: answer.usage !== undefined };
  if (!call.streams) return jsonReply(way.codec.encodeAnswer(answer, way.reply), reply);
  const events = tellAsStream(answer, way);
  const array = wantsArray(call);
  return streamReply(sourceOf(Buffer.from(array ? `${asMembers(events, true)}]` : events)), reply, array);
}

/** Some vendors answer 200 with an error in the body. */
function mustBeNoError(body: JsonObject): void {
  if (asObject(body.error) === undefined) return;
  const fault = faultOf(body);
  throw new GatewayError('upstream-failed', { message: fault.message, fault });
}
