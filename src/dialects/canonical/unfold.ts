// A whole answer told as a stream, for a client that asked for one where the upstream did not give one.
import type { Answer, Delta, Part } from '../../core/index.ts';

export function* unfold(answer: Answer): Generator<Delta> {
  const { candidates, usage, serviceTier, ...head } = answer;
  yield { type: 'answer-start', ...head };
  for (const { index: candidate, parts, finish, extra } of candidates) {
    for (const [index, part] of parts.entries()) {
      const { start, text } = opened(part);
      yield { type: 'part-start', candidate, index, part: start };
      if (text !== '') yield { type: 'part-delta', candidate, index, text };
      yield { type: 'part-end', candidate, index };
    }
    yield { type: 'finish', candidate, finish, ...(extra === undefined ? {} : { extra }) };
  }
  yield {
    type: 'answer-end',
    ...(usage === undefined ? {} : { usage }),
    ...(serviceTier === undefined ? {} : { serviceTier }),
  };
}

/** A part without its text, and the text. */
function opened(part: Part): { readonly start: Part; readonly text: string } {
  if (part.kind === 'tool-call') return { start: { ...part, arguments: '' }, text: part.arguments };
  if (part.kind === 'text' || part.kind === 'reasoning' || part.kind === 'refusal') {
    return { start: { ...part, text: '' }, text: part.text };
  }
  return { start: part, text: '' };
}
