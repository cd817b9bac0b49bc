// Whatever a client or an upstream sends: an answer of the gateway's, never an exception of the code's.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type DialectName, GatewayError, type JsonObject } from '../../src/core/index.ts';
import { codecs } from '../../src/dialects/codecs.ts';
import { dialectNames } from '../../src/dialects/index.ts';
import { EventSplitter } from '../../src/dialects/sse.ts';
import { translateRequest } from '../../src/gateway/translate/translate-request.ts';
import { samples } from '../sdk/samples.ts';
import { asking, noNotes, replyTo } from '../support/asking.ts';
import { recorded } from '../support/corpus.ts';
import { answered, originOf, streamed } from '../support/translated.ts';
import { onTheWire } from '../support/wire.ts';
import { answeredChats, askedChats } from './chats.ts';
import { answer } from './generate/answer.ts';
import { conversation, sayable } from './generate/conversation.ts';
import { type Mutation, mutations, spoilt } from './generate/mutation.ts';
import { richRequests, textsIn, withInstead } from './rich-requests.ts';

const runs = { numRuns: 150 };

/** Fails on any exception but those the contract names. */
function tolerate(work: () => unknown, codes: readonly string[]): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    assert.ok(codes.includes(error.code), `${error.code}: ${error.message}`);
  }
}

function sayEverywhere(from: DialectName, body: JsonObject): void {
  for (const to of dialectNames) {
    const destination = { model: 'm', stream: true, origin: originOf(to), facts: {} };
    const [one, other] = [from, to].map((dialect) => ({ dialect, operation: 'chat' as const }));
    if (one === undefined || other === undefined) continue;
    tolerate(
      () =>
        JSON.stringify(
          translateRequest({ from: one, to: other, body, asked: { model: 'm', stream: true }, destination }).body,
        ),
      ['invalid-request', 'untranslatable', 'model-missing'],
    );
  }
}

function answerEverywhere(from: DialectName, body: JsonObject): void {
  for (const to of dialectNames) {
    tolerate(() => JSON.stringify(answered(from, to, body, asking(to))), ['upstream-invalid']);
  }
}

/** The events of a stream, one of them gone wrong. */
function spoiltStream(sse: string, which: number, changes: readonly Mutation[]): string {
  const splitter = new EventSplitter();
  const events = [...splitter.push(Buffer.from(sse)), ...splitter.end()].filter(({ data }) => data !== '');
  return events
    .map(({ event, data }, at) => {
      const broken =
        at === which % events.length && data.startsWith('{') ? JSON.stringify(spoilt(JSON.parse(data), changes)) : data;
      return `${event === '' ? '' : `event: ${event}\n`}data: ${broken}\n\n`;
    })
    .join('');
}

for (const dialect of dialectNames) {
  describe(`what goes wrong in ${dialect}`, () => {
    const { chat } = codecs[dialect];
    const requests = askedChats(dialect).map(({ body }) => body);
    const answers = answeredChats(dialect).map(({ body }) => body);
    const streams = [samples[dialect], ...recorded(dialect).flatMap(({ sse }) => (sse === undefined ? [] : [sse]))];

    it('requests', () => {
      const to = { model: 'm', stream: true, origin: originOf(dialect), notes: noNotes, facts: {} };
      const written = conversation.map((asked) => onTheWire(chat.encodeRequest(sayable(dialect, asked), to)));
      const any = requests.length === 0 ? written : fc.oneof(written, fc.constantFrom(...requests));
      fc.assert(
        fc.property(any, mutations, (body, changes) => sayEverywhere(dialect, spoilt(body, changes))),
        runs,
      );
    });

    it('values that no text can be made of', () => {
      for (const path of textsIn(richRequests[dialect])) {
        sayEverywhere(dialect, withInstead(richRequests[dialect], path, { toString: 1, valueOf: 1 }));
      }
    });

    it('answers', () => {
      const written = answer.map((said) => onTheWire(chat.encodeAnswer(said, replyTo(asking(dialect)))));
      const any = answers.length === 0 ? written : fc.oneof(written, fc.constantFrom(...answers));
      fc.assert(
        fc.property(any, mutations, (body, changes) => answerEverywhere(dialect, spoilt(body, changes))),
        runs,
      );
    });

    it('events of streams', () => {
      fc.assert(
        fc.property(fc.constantFrom(...streams), fc.nat(1000), mutations, (sse, which, changes) => {
          const broken = spoiltStream(sse, which, changes);
          for (const to of dialectNames)
            tolerate(() => streamed(dialect, to, broken, asking(to)), ['upstream-invalid']);
        }),
        runs,
      );
    });

    it('bodies and events that are nothing like it', () => {
      for (const body of [{}, { error: 'x' }, { no: { such: ['thing'] } }] as JsonObject[]) {
        sayEverywhere(dialect, body);
        answerEverywhere(dialect, body);
      }
      for (const data of ['', '{', 'null', '[]', '"x"', '{"type":7}', '[DONE]', '{"error":null}']) {
        for (const to of dialectNames) {
          tolerate(() => streamed(dialect, to, `event: x\ndata: ${data}\n\n`, asking(to)), ['upstream-invalid']);
        }
      }
    });
  });
}
