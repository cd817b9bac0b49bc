// What a client would be told of an upstream's answer: a whole one, a stream of events, or an error.
import {
  type DialectName,
  type Failure,
  type Fault,
  GatewayError,
  type JsonObject,
  type ReplyFacts,
} from '../../core/index.ts';
import { fit } from '../../dialects/canonical/fit/fit.ts';
import { parseExact } from '../../dialects/canonical/numbers.ts';
import { readError } from '../../dialects/canonical/read-error.ts';
import { codecs } from '../../dialects/codecs.ts';
import { dialects } from '../../dialects/index.ts';
import { asObject } from '../../dialects/json.ts';
import { EventSplitter } from '../../dialects/sse.ts';
import { translateCount } from './count.ts';
import { translateEmbeddings } from './embeddings.ts';
import { askedIn, type PreviewedOperation } from './preview.ts';
import { type AnswerWay, StreamTranslation, translateAnswer } from './translate-answer.ts';
import { callerCodec } from './translate-request.ts';

export interface AnswerWish {
  /** The client's dialect. */
  readonly from: DialectName;
  /** The upstream's. */
  readonly to: DialectName;
  readonly operation: PreviewedOperation;
  /** As the upstream sent it: JSON, or events where it is a stream. */
  readonly text: string;
  readonly stream: boolean;
  /** 400 and more: an error. */
  readonly status: number;
  /** What the client had asked, for tools that were renamed and what an answer repeats. */
  readonly request: JsonObject | undefined;
  readonly model: string | undefined;
  readonly origin: string | undefined;
}

export interface AnswerPreview {
  readonly status: number;
  /** A JSON body, or events. */
  readonly body: JsonObject | string;
  /** What the client's dialect has no place for. */
  readonly lost: readonly string[];
}

/** The same answer always gives the same preview. */
const callId = '00000000000000000000000000';

/** Throws `GatewayError` as the client would be told. */
export function previewAnswer(wish: AnswerWish): AnswerPreview {
  const { from, to, operation, status, text, stream } = wish;
  if (from === to && operation !== 'completions') return { status, body: stream ? text : answerIn(text), lost: [] };
  if (status >= 400) return toldError(wish, codecs[to].decodeError(status, {}, text));
  // Some upstreams tell an error with 200.
  if (!stream && asObject(asObject(parseExact(text))?.error) !== undefined)
    return toldError(wish, readError(0, {}, text));
  if (stream) return streamed(wish);
  const lost = new Set<string>();
  return { status: 200, body: whole(wish, answerIn(text), lost), lost: [...lost] };
}

function whole(wish: AnswerWish, answer: JsonObject, lost: Set<string>): JsonObject {
  const { from, to, operation, request } = wish;
  if (operation === 'count-tokens') return translateCount(answer, to, from);
  if (operation !== 'embeddings') return translateAnswer(answer, wayOf(wish, lost));
  const asked = request ?? { input: 'preview', content: { parts: [{ text: 'preview' }] } };
  const notes = { drop: () => undefined, dropExtra: () => undefined };
  const decoded = codecs[from].embeddings?.decodeRequest(asked, { model: wish.model, stream: false, notes });
  if (decoded === undefined) throw new GatewayError('not-offered');
  return translateEmbeddings(answer, { from: to, to: from, request: decoded }, () => 0).body;
}

function streamed(wish: AnswerWish): AnswerPreview {
  const lost = new Set<string>();
  const translation = new StreamTranslation(wayOf(wish, lost));
  const splitter = new EventSplitter();
  const events = [...splitter.push(Buffer.from(wish.text)), ...splitter.end()];
  let body = '';
  for (const { event, data } of events) if (data !== '') body += translation.event(event, data);
  body += translation.end();
  if (translation.fault !== undefined) body += inBand(wish.from, translation.fault);
  else if (!translation.ended) body += cutShort(wish.from);
  return { status: 200, body, lost: [...lost] };
}

function toldError({ from }: AnswerWish, fault: Fault): AnswerPreview {
  const { status, body } = dialects[from].encodeError(failureOf(fault));
  return { status, body: JSON.parse(body) as JsonObject, lost: [] };
}

function inBand(from: DialectName, fault: Fault): string {
  return dialects[from].encodeStreamError(failureOf(fault));
}

function cutShort(from: DialectName): string {
  const { code, status, message } = new GatewayError('upstream-truncated');
  return dialects[from].encodeStreamError({ code, status, message, param: undefined, callId });
}

function failureOf(fault: Fault): Failure {
  const { status, message, param } = fault;
  return { code: 'upstream-failed', status, message, param, callId, fault };
}

function wayOf({ from, to, operation, request, stream, model, origin }: AnswerWish, lost: Set<string>): AnswerWay {
  const { words } = codecs[from].chat;
  const conversation = askedIn(from, operation, request, stream);
  const reply: ReplyFacts = {
    callId,
    model: model ?? conversation.model,
    now: 0,
    conversation,
    estimateInput: () => 0,
    lost: (what) => void lost.add(what),
  };
  const { undo } = fit(conversation, codecs[to].chat.traits, words);
  const codec = callerCodec({ dialect: from, operation });
  return { from: to, origin: origin ?? `${to}/preview`, to: from, codec, undo, reply };
}

function answerIn(text: string): JsonObject {
  const answer = asObject(parseExact(text));
  if (answer === undefined) throw new GatewayError('invalid-json', { message: 'The answer is not a JSON object.' });
  return answer;
}
