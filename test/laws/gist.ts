// What an answer says, so that two can be held against each other: ids and spellings aside.
import type { Answer, Delta, FinishReason, Part } from '../../src/core/index.ts';
import { Fold } from '../../src/dialects/canonical/fold.ts';
import { parseExact } from '../../src/dialects/canonical/numbers.ts';

export interface Gist {
  readonly reasoning: string;
  /** Refusals included. */
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly input: string }[];
  readonly finish: FinishReason | undefined;
  readonly usage: { readonly input: number; readonly output: number; readonly cacheRead: number } | undefined;
}

export function gistOf({ candidates, usage }: Answer): Gist {
  const first = candidates.find(({ index }) => index === 0);
  const parts = first?.parts ?? [];
  const textOf = (kinds: readonly Part['kind'][]) => {
    return parts.map((part) => (kinds.includes(part.kind) && 'text' in part ? part.text : '')).join('');
  };
  return {
    reasoning: textOf(['reasoning']),
    text: textOf(['text', 'refusal']),
    calls: parts.flatMap((part) => {
      if (part.kind !== 'tool-call') return [];
      return [{ name: part.name, input: part.custom === true ? part.arguments : exactly(part.arguments) }];
    }),
    finish: first?.finish.reason,
    usage: usage && { input: usage.input, output: usage.output, cacheRead: usage.cacheRead },
  };
}

/** JSON in one spelling, numbers as they were written. What is no JSON stays as it is. */
function exactly(json: string): string {
  const value = parseExact(json.trim() === '' ? '{}' : json);
  return value === undefined ? json : JSON.stringify(value);
}

export function folded(deltas: Iterable<Delta>): Fold {
  const fold = new Fold();
  for (const delta of deltas) fold.push(delta);
  return fold;
}
