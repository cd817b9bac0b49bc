// How people name a place in a configuration: `providers[main].accounts[0].limits.requests`. Entries of lists go by number or by
// name; what holds dots or brackets stands in quotes: `models["a.b"]`.

/** A name or an index as written; whether it stood in brackets. */
export interface Step {
  readonly word: string;
  readonly bracketed: boolean;
}

const token = /\.?([^.[\]"]+)|\[\s*(?:"([^"]*)"|'([^']*)'|([^\]]*?))\s*\]/y;

/** Undefined where the text is no place. The empty text is the whole file. */
export function parsePlace(text: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    if (steps.length === 0 && text.startsWith('.')) return undefined;
    const match = token.exec(text);
    if (match === null) return undefined;
    const [, name, double, single, bare] = match;
    const word = name ?? double ?? single ?? bare ?? '';
    if (word === '') return undefined;
    steps.push({ word, bracketed: name === undefined });
  }
  return steps;
}
