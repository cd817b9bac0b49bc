// What conditions may ask of a request's body, in all dialects: what its codec makes of it.
import { type Conversation, GatewayError, type Part } from '../../../core/index.ts';
import { Dropped } from '../../../dialects/canonical/notes.ts';
import { codecs } from '../../../dialects/codecs.ts';
import type { ReadBody } from '../../../upstream/body/body.ts';
import type { GatewayCall } from '../../call/call.ts';
import { textTokens } from '../../tokens/text-tokens.ts';
import { parseBody } from '../../translate/spoken.ts';

interface BodyFacts {
  readonly maxTokens: bigint;
  readonly messages: bigint;
  readonly tools: bigint;
  readonly images: boolean;
  readonly documents: boolean;
  readonly audio: boolean;
  readonly thinking: boolean;
  readonly json: boolean;
  readonly user: string;
}

/** Of a request that says none of this, or says it in a way its dialect does not know. */
const nothing: BodyFacts = {
  maxTokens: 0n,
  messages: 0n,
  tools: 0n,
  images: false,
  documents: false,
  audio: false,
  thinking: false,
  json: false,
  user: '',
};

const known = new WeakMap<ReadBody, BodyFacts>();
const counted = new WeakMap<ReadBody, bigint>();

/** The estimated tokens of the input. */
export async function tokensOf(call: GatewayCall): Promise<bigint> {
  const body = await call.request.read(call);
  let tokens = counted.get(body);
  if (tokens === undefined) {
    tokens = BigInt(textTokens(body.chunks));
    counted.set(body, tokens);
  }
  return tokens;
}

/** An edited body is another one: it is looked at anew. */
export async function bodyFactsOf(call: GatewayCall): Promise<BodyFacts> {
  const body = await call.request.read(call);
  let facts = known.get(body);
  if (facts === undefined) {
    const conversation = conversationOf(call, body);
    facts = conversation === undefined ? nothing : read(conversation);
    known.set(body, facts);
  }
  return facts;
}

/** What is wrong with a request its upstream will say, or the translation. */
function conversationOf(call: GatewayCall, { chunks, scanned }: ReadBody): Conversation | undefined {
  const { chat, completions, counting } = codecs[call.dialect];
  const codec = { chat, completions, 'count-tokens': counting }[call.operation as 'chat'];
  if (codec === undefined || scanned?.kind !== 'object') return undefined;
  try {
    const asked = { model: call.match?.model, stream: call.streams, notes: new Dropped(chat.words) };
    return codec.decodeRequest(parseBody(chunks), asked);
  } catch (error) {
    if (error instanceof GatewayError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function read({ turns, tools, maxOutputTokens, reasoning, format, user }: Conversation): BodyFacts {
  const media = new Set(turns.flatMap(({ parts }) => parts).flatMap((part) => [...mediaIn(part)]));
  const isOff = reasoning?.enabled === false || reasoning?.effort === 'none' || reasoning?.budget === 0;
  return {
    maxTokens: BigInt(maxOutputTokens ?? 0),
    messages: BigInt(turns.length),
    tools: BigInt(tools.length),
    images: media.has('image'),
    documents: media.has('document'),
    audio: media.has('audio'),
    thinking: reasoning !== undefined && !isOff,
    json: format?.kind === 'json' || format?.kind === 'schema',
    user: user ?? '',
  };
}

/** Also what a tool returned, and what a document is made of. */
function* mediaIn(part: Part): Generator<string> {
  if (part.kind === 'tool-result') for (const inner of part.content) yield* mediaIn(inner);
  if (part.kind !== 'media') return;
  yield part.media;
  if (part.source.type === 'parts') for (const inner of part.source.parts) yield* mediaIn(inner);
}
