// Comparisons that are never true: of a fact that is one of some words with a word it never is (`weekday == "Sunday"`).
import type { ASTNode } from '@marcbachmann/cel-js';
import { suggest } from '../validate/nearest.ts';
import { factWords, isFact } from './facts.ts';
import { placeIn } from './place.ts';

/** What is wrong, with its place. */
export function strangeWord(text: string, nodes: readonly ASTNode[]): string | undefined {
  for (const node of nodes) {
    const { fact, written } = comparisonIn(node);
    const words = fact !== undefined && isFact(fact) ? factWords[fact] : undefined;
    const strange = words && written.find(({ args }) => typeof args === 'string' && !words.includes(args));
    if (words === undefined || strange === undefined) continue;
    const word = String(strange.args);
    const place = placeIn(text, strange.start);
    return `${place}: ${fact} is never "${word}"${suggest(word, words)}; it is one of ${words.join(', ')}`;
  }
  return undefined;
}

interface Comparison {
  readonly fact: string | undefined;
  readonly written: readonly ASTNode[];
}

function comparisonIn({ op, args }: ASTNode): Comparison {
  if (op !== '==' && op !== '!=' && op !== 'in') return { fact: undefined, written: [] };
  const [one, other] = args;
  const [asked, against] = one.op === 'id' ? [one, other] : [other, one];
  if (asked.op !== 'id') return { fact: undefined, written: [] };
  const values = op === 'in' && against.op === 'list' ? against.args : [against];
  return { fact: asked.args, written: values.filter((value) => value.op === 'value') };
}
