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
import { wishingThinking } from '../attempt/asked-thinking.ts';
import type { GatewayCall } from '../call/call.ts';
import type { Findings } from '../call/findings.ts';
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
  found: Findings,
): Promise<Crossing> {
  const spoken = thinkingAs(target, await spokenOf(call));
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
    reply: replyFacts(call, { ...spoken, conversation: asAsked(spoken.conversation, spoken.said) }, model, found),
    last: keepingBlobs(call),
  };
  const told = async (reply: Reply) => {
    const answer = await convert({ call, found, way }, reply);
    // It can be gone on from, in the dialect whose requests name the answer before them.
    if (call.dialect === 'openai-responses') found.keeps = (response) => keepResponse(call, spoken.said, response);
    return answer;
  };
  return { body, stream, dropped, convert: told };
}

function thinkingAs<T extends Spoken>(target: Target, spoken: T): T {
  if (target.thinking === undefined) return spoken;
  return { ...spoken, conversation: wishingThinking(spoken.conversation, target) };
}

/** What the client's codec may say besides the answer. */
export function replyFacts(call: GatewayCall, { conversation }: Spoken, model: string, found: Findings): ReplyFacts {
  return {
    callId: call.id,
    model,
    now: Math.floor(call.clock.now() / 1000),
    conversation,
    estimateInput: () => textTokens(call.request.held?.chunks ?? []),
    lost: (what) => {
      if (found.dropped.length < mostDropped && !found.dropped.includes(what)) found.dropped = [...found.dropped, what];
    },
  };
}

/** Whose answer is told, how, and where to note what is found in it. */
interface Telling {
  readonly call: GatewayCall;
  readonly found: Findings;
  readonly way: AnswerWay;
}

function convert(telling: Telling, reply: Reply): Promise<Reply> {
  if (!reply.eventStream || !isSource(reply.body)) return fromWhole(telling, reply);
  return telling.call.streams ? streamed(telling, reply, reply.body) : gathered(telling, reply, reply.body);
}

async function streamed({ call, found, way }: Telling, reply: Reply, source: Source): Promise<Reply> {
  const translation = new StreamTranslation(way);
  const array = wantsArray(call);
  const body = new TranslatedStream(source, translation, array ? asMembers : undefined);
  await body.begin();
  found.told = translation;
  return streamReply(body, reply, array);
}

/** An upstream that streams whatever it is asked. */
async function gathered(telling: Telling, reply: Reply, source: Source): Promise<Reply> {
  const { way } = telling;
  return whole(telling, reply, settled(await gather(source, way), way));
}

async function fromWhole(telling: Telling, reply: Reply): Promise<Reply> {
  const { way } = telling;
  const bytes = await wholeBody(reply);
  // Some vendors send events and call them something else.
  if (opensEvents.test(bytes.toString('latin1', 0, 16))) {
    return whole(telling, reply, settled(await gather(sourceOf(bytes), way), way));
  }
  const body = jsonIn(bytes);
  mustBeNoError(body);
  return whole(telling, reply, understandAnswer(body, way));
}

function whole({ call, found, way }: Telling, reply: Reply, answer: Answer): Reply {
  keepBlobs(call, answer);
  found.told = { usage: answer.usage, usageKnown: answer.usage !== undefined };
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
