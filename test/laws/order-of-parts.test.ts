// Answers whose parts come in any order: nothing is lost or swapped, whole or streamed, in any dialect; those that keep the
// order of parts keep it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Answer, DialectName } from '../../src/core/index.ts';
import { codecs } from '../../src/dialects/codecs.ts';
import { dialectNames } from '../../src/dialects/index.ts';
import { asking, replyTo } from '../support/asking.ts';
import { decoded, originOf } from '../support/translated.ts';
import { onTheWire } from '../support/wire.ts';
import { anyOrder, inPieces } from './generate/answer.ts';
import { folded, gistOf } from './gist.ts';

const ordered = new Set<DialectName>(['openai-responses', 'anthropic-messages', 'gemini']);

/** Refusals are texts in two dialects. */
function shapeOf({ candidates }: Answer): string[] {
  return (candidates[0]?.parts ?? []).map((part) => {
    if (part.kind === 'tool-call') return `call ${part.name}`;
    return 'text' in part ? `${part.kind === 'reasoning' ? 'reasoning' : 'text'} ${part.text}` : part.kind;
  });
}

/** Texts that came to stand beside each other may be one. */
function joined(shape: readonly string[]): string[] {
  const runs: string[] = [];
  for (const one of shape) {
    const [kind = '', ...rest] = one.split(' ');
    const last = runs.at(-1);
    if (kind === 'call' || last?.startsWith(`${kind} `) !== true) runs.push(one);
    else runs[runs.length - 1] = last + rest.join(' ');
  }
  return runs;
}

function check(dialect: DialectName, before: Answer, after: Answer): void {
  assert.deepEqual(essence(dialect, after), essence(dialect, before));
  if (ordered.has(dialect)) assert.deepEqual(joined(shapeOf(after)), joined(shapeOf(before)));
}

/** Segments of reasoning may be parted by blank lines. Chat keeps refusals beside the text, not in it. */
function essence(dialect: DialectName, answer: Answer) {
  const { reasoning, text, calls, usage } = gistOf(answer);
  const said = ordered.has(dialect) ? text : [textOf(answer, 'text'), textOf(answer, 'refusal')];
  return { reasoning: reasoning.replace(/\s/g, ''), said, calls, usage };
}

function textOf({ candidates }: Answer, wanted: 'text' | 'refusal'): string {
  return (candidates[0]?.parts ?? []).map((part) => (part.kind === wanted ? part.text : '')).join('');
}

for (const dialect of dialectNames) {
  describe(`parts in any order, in ${dialect}`, () => {
    const { chat } = codecs[dialect];

    it('whole', () => {
      fc.assert(
        fc.property(anyOrder, (said) => {
          const body = onTheWire(chat.encodeAnswer(said, replyTo(asking(dialect))));
          check(dialect, said, chat.decodeAnswer(body, { origin: originOf(dialect) }));
        }),
        { numRuns: 60 },
      );
    });

    it('streamed', () => {
      fc.assert(
        fc.property(anyOrder, fc.array(fc.nat(100), { maxLength: 3 }), (said, places) => {
          const encoder = chat.encodeStream(replyTo(asking(dialect)));
          const sse = [...inPieces(said, places)].map((delta) => encoder.delta(delta)).join('');
          check(dialect, said, folded(decoded(dialect, Buffer.from(sse))).answer());
        }),
        { numRuns: 60 },
      );
    });
  });
}
