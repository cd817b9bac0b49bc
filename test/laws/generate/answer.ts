// Answers as models give them, in the order every dialect can say: reasoning, text, calls.
import fc from 'fast-check';
import type { Answer, Delta, FinishReason, Part, Usage } from '../../../src/core/index.ts';
import { unfold } from '../../../src/dialects/canonical/unfold.ts';
import { argumentsText, callId, toolName, words } from './text.ts';

const reasoning = words.map((text): Part => ({ kind: 'reasoning', text }));
const text = words.map((said): Part => ({ kind: 'text', text: said }));
const calls = fc.uniqueArray(
  fc.tuple(callId, toolName, argumentsText).map(([id, name, json]) => ({
    kind: 'tool-call' as const,
    id,
    name,
    arguments: json,
  })),
  { maxLength: 3, selector: ({ id }) => id },
);

const usage: fc.Arbitrary<Usage> = fc
  .record({
    fresh: fc.integer({ min: 1, max: 10_000 }),
    cacheRead: fc.integer({ min: 0, max: 5000 }),
    output: fc.integer({ min: 1, max: 10_000 }),
  })
  .map(({ fresh, cacheRead, output }) => ({
    input: fresh + cacheRead,
    output,
    cacheRead,
    cacheWrite: 0,
    cacheWrite1h: 0,
    reasoning: 0,
  }));

const ends: readonly FinishReason[] = ['end', 'length', 'filtered'];

export const answer: fc.Arbitrary<Answer> = fc
  .tuple(
    fc.array(reasoning, { maxLength: 1 }),
    fc.array(text, { maxLength: 1 }),
    calls,
    usage,
    fc.constantFrom(...ends),
  )
  .filter(([thoughts, texts, made]) => thoughts.length + texts.length + made.length > 0)
  .map(([thoughts, texts, made, tokens, reason]) => ({
    id: 'up-1',
    model: 'model-a',
    created: 1_700_000_000,
    candidates: [
      {
        index: 0,
        parts: [...thoughts, ...texts, ...made],
        finish: { reason: made.length > 0 && reason === 'end' ? ('tool' as const) : reason },
      },
    ],
    usage: tokens,
  }));

const refusal = words.map((said): Part => ({ kind: 'refusal', text: said }));
const call = fc
  .tuple(callId, toolName, argumentsText)
  .map(([id, name, json]): Part => ({ kind: 'tool-call', id, name, arguments: json }));

/** Parts in any order, none beside another of its kind: as the dialects say them that keep the order. */
export const anyOrder: fc.Arbitrary<Answer> = fc
  .tuple(fc.array(fc.oneof(reasoning, text, call, refusal), { minLength: 1, maxLength: 6 }), usage)
  .map(([all, tokens]) => {
    const parts = all
      .filter((part, at) => part.kind === 'tool-call' || part.kind !== all[at - 1]?.kind)
      .map((part, at): Part => (part.kind === 'tool-call' ? { ...part, id: `${part.id}_${at}` } : part));
    const reason = parts.some(({ kind }) => kind === 'tool-call') ? ('tool' as const) : ('end' as const);
    const candidates = [{ index: 0, parts, finish: { reason } }];
    return { id: 'up-1', model: 'model-a', created: 1_700_000_000, candidates, usage: tokens };
  });

/** The answer as a stream, its texts cut where `places` say. */
export function* inPieces(whole: Answer, places: readonly number[]): Generator<Delta> {
  for (const delta of unfold(whole)) {
    if (delta.type !== 'part-delta') {
      yield delta;
      continue;
    }
    // Never through the middle of a character: no tokenizer that sends text does that.
    const letters = [...delta.text];
    const cuts = [...new Set(places.map((place) => place % (letters.length + 1)))].sort((a, b) => a - b);
    let from = 0;
    for (const cut of [...cuts, letters.length]) {
      if (cut > from) yield { ...delta, text: letters.slice(from, cut).join('') };
      from = cut;
    }
  }
}
