// Opaque blobs travel through a client of any dialect and come back as they were, to their issuer and to nobody else.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Answer, Conversation, Delta, DialectName, JsonObject, Part } from '../../src/core/index.ts';
import { envelopeMark } from '../../src/dialects/canonical/envelope.ts';
import { unfold } from '../../src/dialects/canonical/unfold.ts';
import { codecs } from '../../src/dialects/codecs.ts';
import { dialectNames } from '../../src/dialects/index.ts';
import { understand } from '../../src/gateway/translate/translate-request.ts';
import { asking, modelInPath, noNotes, replyTo } from '../support/asking.ts';
import { answered, decoded, originOf, streamed } from '../support/translated.ts';
import { onTheWire } from '../support/wire.ts';
import { asked } from './bugs/wire.ts';
import { folded } from './gist.ts';

/** Like no word of a request. */
const blob = fc.base64String({ maxLength: 60 }).map((text) => `c2lnbmF0dXJl${text}`);

/** Reasoning, a text and a call, each signed where the dialect signs such parts. */
function signed(from: DialectName, blobs: readonly string[]): Answer {
  const [one = '', two = '', three = ''] = blobs;
  const { opaqueOn } = codecs[from].chat.traits;
  const opaque = (kind: (typeof opaqueOn)[number], data: string) => {
    return opaqueOn.includes(kind) ? { opaque: { origin: originOf(from), data } } : {};
  };
  const parts: Part[] = [
    { kind: 'reasoning', text: 'Hm.', ...opaque('reasoning', one) },
    { kind: 'text', text: 'Look:', ...opaque('text', two) },
    { kind: 'tool-call', id: 'call_12345678', name: 'f', arguments: '{"x":1}', ...opaque('tool-call', three) },
  ];
  const usage = { input: 3, output: 2, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, reasoning: 0 };
  return { id: 'r', model: 'm', created: 1, candidates: [{ index: 0, parts, finish: { reason: 'tool' } }], usage };
}

/** As the upstream would send it. */
function wire(from: DialectName, answer: Answer): JsonObject {
  return onTheWire(codecs[from].chat.encodeAnswer(answer, replyTo(asking(from))));
}

function stream(from: DialectName, answer: Answer): string {
  const encoder = codecs[from].chat.encodeStream(replyTo(asking(from)));
  return [...unfold(answer)].map((delta) => encoder.delta(delta)).join('');
}

/** What the client sends next: its history with the answer in it, and the result of the call. */
function sentBack(by: DialectName, answer: Answer): JsonObject {
  const parts = answer.candidates[0]?.parts ?? [];
  const called = parts.find((part) => part.kind === 'tool-call');
  const result: Part = {
    kind: 'tool-result',
    callId: called?.id ?? '',
    name: 'f',
    content: [{ kind: 'text', text: 'done' }],
  };
  const conversation: Conversation = {
    ...asking(by, [{ name: 'f' }], false),
    turns: [
      { role: 'user', parts: [{ kind: 'text', text: 'Hi' }] },
      { role: 'assistant', parts },
      { role: 'user', parts: [result] },
    ],
  };
  const to = { model: 'm', stream: false, origin: originOf(by), notes: noNotes, facts: {} };
  return onTheWire(codecs[by].chat.encodeRequest(conversation, to));
}

/** The blobs that an upstream of the dialect finds in a request, by the kind of part they stand on. */
function blobsIn(dialect: DialectName, body: JsonObject): string[] {
  const told = { model: modelInPath(dialect, 'm'), stream: false };
  const { turns } = understand({ dialect, operation: 'chat' }, body, told).conversation;
  return turns.flatMap(({ parts }) => parts.flatMap(({ kind, opaque }) => (opaque ? [`${kind} ${opaque.data}`] : [])));
}

function expected(from: DialectName, blobs: readonly string[]): string[] {
  const parts = signed(from, blobs).candidates[0]?.parts ?? [];
  return parts.flatMap(({ kind, opaque }) => (opaque ? [`${kind} ${opaque.data}`] : []));
}

function read(through: DialectName, deltas: readonly Delta[]): Answer {
  const fold = folded(deltas);
  assert.ok(fold.ended, through);
  return fold.answer();
}

for (const from of ['openai-responses', 'anthropic-messages', 'gemini'] as const) {
  for (const through of dialectNames.filter((name) => name !== from)) {
    describe(`blobs of ${from} through a client of ${through}`, () => {
      const three = fc.array(blob, { minLength: 3, maxLength: 3 });
      const conversation = asking(through, [{ name: 'f' }]);
      const home = { model: from === 'gemini' ? 'gemini-3-pro' : 'm' };

      function check(blobs: readonly string[], heard: Answer): void {
        const body = sentBack(through, heard);
        const back = asked(through, from, body, home);
        assert.deepEqual(blobsIn(from, back.body), expected(from, blobs));
        for (const to of dialectNames.filter((name) => name !== through)) {
          const elsewhere = JSON.stringify(asked(through, to, body, { ...home, origin: `${to}/another` }).body);
          for (const one of [...blobs, envelopeMark]) assert.ok(!elsewhere.includes(one), `${one} reached ${to}`);
        }
      }

      it('whole', () => {
        fc.assert(
          fc.property(three, (blobs) => {
            const told = onTheWire(answered(from, through, wire(from, signed(from, blobs)), conversation));
            check(blobs, codecs[through].chat.decodeAnswer(told, { origin: originOf(through) }));
          }),
          { numRuns: 25 },
        );
      });

      it('streamed', () => {
        fc.assert(
          fc.property(three, (blobs) => {
            const { text } = streamed(from, through, stream(from, signed(from, blobs)), conversation);
            check(blobs, read(through, decoded(through, Buffer.from(text))));
          }),
          { numRuns: 25 },
        );
      });
    });
  }
}
