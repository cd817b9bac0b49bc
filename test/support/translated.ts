// Recorded answers and streams led from one dialect into another, the way the gateway does it but without a connection.
import type { Conversation, Delta, DialectName, Fault, JsonObject } from '../../src/core/index.ts';
import { fit } from '../../src/dialects/canonical/fit/fit.ts';
import { codecs } from '../../src/dialects/codecs.ts';
import { EventSplitter, type SseEvent } from '../../src/dialects/sse.ts';
import { type AnswerWay, StreamTranslation, translateAnswer } from '../../src/gateway/translate/translate-answer.ts';
import { replyTo } from './asking.ts';

export function originOf(dialect: DialectName): string {
  return `${dialect}/vendor`;
}

/** The events of a stream, cut into the given chunks. */
function* eventsOf(chunks: readonly Buffer[]): Generator<SseEvent> {
  const splitter = new EventSplitter();
  for (const chunk of chunks) for (const event of splitter.push(chunk)) if (event.data !== '') yield event;
  for (const event of splitter.end()) if (event.data !== '') yield event;
}

/** All deltas of a stream. */
export function decoded(dialect: DialectName, ...chunks: readonly Buffer[]): Delta[] {
  const decoder = codecs[dialect].chat.decodeStream({ origin: originOf(dialect) });
  const deltas = [...eventsOf(chunks)].flatMap(({ event, data }) => decoder.event(event, data));
  return [...deltas, ...decoder.end()];
}

/** `conversation` is what the client of the dialect `to` asked. */
function wayOf(from: DialectName, to: DialectName, conversation: Conversation, lost: string[]): AnswerWay {
  const { undo } = fit(conversation, codecs[from].chat.traits, codecs[to].chat.words);
  const reply = replyTo(conversation, lost);
  return { from, origin: originOf(from), to, codec: codecs[to].chat, undo, reply };
}

export interface TranslatedStream {
  /** The client's events, framing included; after a fault, those before it. */
  readonly text: string;
  readonly ended: boolean;
  readonly fault: Fault | undefined;
  readonly lost: readonly string[];
}

export function streamed(
  from: DialectName,
  to: DialectName,
  sse: string | readonly Buffer[],
  conversation: Conversation,
): TranslatedStream {
  const lost: string[] = [];
  const translation = new StreamTranslation(wayOf(from, to, conversation, lost));
  let text = '';
  for (const { event, data } of eventsOf(typeof sse === 'string' ? [Buffer.from(sse)] : sse)) {
    text += translation.event(event, data);
  }
  text += translation.end();
  return { text, ended: translation.ended, fault: translation.fault, lost };
}

export function answered(from: DialectName, to: DialectName, body: JsonObject, conversation: Conversation): JsonObject {
  return translateAnswer(body, wayOf(from, to, conversation, []));
}
