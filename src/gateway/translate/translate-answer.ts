// An answer of one dialect as another says it: decode -> restore -> carry -> encode, whole or event by event. Pure: knows
// no call and no connection.
import {
  type Answer,
  type CallerCodec,
  type Delta,
  type DialectName,
  type Fault,
  GatewayError,
  type JsonObject,
  type ReplyFacts,
  type StreamDecoder,
  type StreamEncoder,
  type Usage,
} from '../../core/index.ts';
import { carryAnswer, carrying } from '../../dialects/canonical/carry.ts';
import type { Undo } from '../../dialects/canonical/fit/fit.ts';
import { Fold } from '../../dialects/canonical/fold.ts';
import { restoreAnswer, restoring } from '../../dialects/canonical/restore.ts';
import { inTurn, type Stage } from '../../dialects/canonical/stage.ts';
import { unfold } from '../../dialects/canonical/unfold.ts';
import { codecs } from '../../dialects/codecs.ts';
import { laterUsage } from '../../dialects/usage.ts';
import { nameCalls, namingCalls } from './name-calls.ts';

/** From an upstream back to a client. */
export interface AnswerWay {
  /** The upstream's dialect. */
  readonly from: DialectName;
  /** Stamped on opaque blobs: dialect and provider directory. */
  readonly origin: string;
  /** The client's dialect, and its codec for what was asked. */
  readonly to: DialectName;
  readonly codec: CallerCodec;
  readonly undo: Undo;
  readonly reply: ReplyFacts;
  /** Sees the answer as the client is about to be told it. */
  readonly last?: Stage | undefined;
}

const none = 'The upstream answered with an empty list of answers.';
const empty = 'The upstream ended its answer with a tool call that could not be read, and nothing else.';

/** The answer an upstream gave, in the client's names. Throws `upstream-invalid` where the body is no answer. */
export function understandAnswer(body: JsonObject, way: AnswerWay): Answer {
  return settled(codecs[way.from].chat.decodeAnswer(body, { origin: way.origin }), way);
}

/** The same of an answer that was gathered from a stream. */
export function settled(answer: Answer, way: AnswerWay): Answer {
  const { candidates } = answer;
  // Clients take an empty answer for a good one.
  if (candidates.length === 0) throw new GatewayError('upstream-invalid', { message: none });
  if (candidates.every(({ parts, finish }) => parts.length === 0 && finish.reason === 'bad-call'))
    throw new GatewayError('upstream-invalid', { message: candidates[0]?.finish.message ?? empty });
  const { traits } = codecs[way.to].chat;
  return nameCalls(carryAnswer(restoreAnswer(answer, way.undo), traits), way.reply.callId);
}

/** Whole to whole. */
export function translateAnswer(body: JsonObject, way: AnswerWay): JsonObject {
  return way.codec.encodeAnswer(understandAnswer(body, way), way.reply);
}

/** A whole answer as a stream, terminal event included. */
export function tellAsStream(answer: Answer, way: AnswerWay): string {
  const encoder = way.codec.encodeStream(way.reply);
  let text = '';
  for (const delta of unfold(answer)) for (const told of way.last?.(delta) ?? [delta]) text += encoder.delta(told);
  return text;
}

/** A stream of events, one at a time. */
export class StreamTranslation {
  /** What the upstream has said it used so far. */
  usage: Usage | undefined;
  /** The upstream's own end has come. */
  ended = false;
  /** Something was said that a client can see. */
  begun = false;
  /** The upstream's error: nothing follows it. */
  fault: Fault | undefined;
  /** The upstream's end brought the usage of all of it. */
  usageKnown = false;
  readonly #decoder: StreamDecoder;
  readonly #encoder: StreamEncoder | undefined;
  readonly #fold: Fold | undefined;
  readonly #stage: Stage | undefined;
  /** Within one dialect the client knows what to make of anything its upstream says. */
  readonly #strict: boolean;

  /** `whole`: gathers the answer instead of telling it. */
  constructor(way: AnswerWay, whole = false) {
    this.#strict = way.from !== way.to;
    this.#decoder = codecs[way.from].chat.decodeStream({ origin: way.origin });
    this.#encoder = whole ? undefined : way.codec.encodeStream(way.reply);
    this.#fold = whole ? new Fold() : undefined;
    this.#stage = whole
      ? undefined
      : inTurn([restoring(way.undo), carrying(codecs[way.to].chat.traits), namingCalls(way.reply.callId), way.last]);
  }

  /** The client's events for one of the upstream's; '' where there is nothing to say yet. Throws `upstream-invalid`. */
  event(event: string, data: string): string {
    return this.#tell(this.#decoder.event(event, data));
  }

  /** The body has ended, well or not: see `ended`. */
  end(): string {
    return this.#tell(this.#decoder.end());
  }

  /** With `whole`: what was gathered, not yet in the client's names (see `settled`). */
  answer(): Answer {
    return (this.#fold ?? new Fold()).answer();
  }

  #tell(deltas: readonly Delta[]): string {
    let text = '';
    for (const delta of deltas) {
      if (this.fault !== undefined) return text;
      if (!this.#note(delta)) return text;
      if (this.#fold !== undefined) {
        this.#fold.push(delta);
        continue;
      }
      const encoder = this.#encoder as StreamEncoder;
      if (this.#stage === undefined) text += encoder.delta(delta);
      else for (const told of this.#stage(delta)) text += encoder.delta(told);
    }
    return text;
  }

  /** False where nothing more is to be told. */
  #note(delta: Delta): boolean {
    switch (delta.type) {
      case 'fault':
        this.fault = delta;
        return false;
      case 'answer-start':
        this.usage = laterUsage(this.usage, delta.usage);
        return true;
      case 'answer-end':
        this.usage = laterUsage(this.usage, delta.usage);
        this.usageKnown = delta.usage !== undefined;
        this.ended = true;
        return true;
      case 'finish':
        if (delta.finish.reason === 'bad-call' && !this.begun && this.#strict)
          throw new GatewayError('upstream-invalid', { message: delta.finish.message ?? empty });
        return true;
      default:
        this.begun = true;
        return true;
    }
  }
}
