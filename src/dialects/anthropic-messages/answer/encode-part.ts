// The parts of an answer -> content blocks of a message.
import type { Citation, Part, ReasoningPart, ReplyFacts, TextPart } from '../../../core/index.ts';
import { wrap } from '../../canonical/envelope.ts';
import { parseArguments } from '../../canonical/numbers.ts';
import { unsigned } from '../../canonical/unsigned.ts';
import { encodeCitation } from '../blocks/citations.ts';
import { encodeSearch, searchId } from '../blocks/search.ts';
import { type Draft, formOf, own, written } from '../members.ts';

/** `verbatim`: the answer is of this dialect. */
export function encodeAnswerPart(part: Part, index: number, verbatim: boolean, reply: ReplyFacts): Draft[] {
  switch (part.kind) {
    case 'text':
      return encodeText(part, verbatim, reply);
    case 'refusal':
      return encodeText({ kind: 'text', text: part.text }, verbatim, reply);
    case 'reasoning':
      return encodeReasoning(part, verbatim);
    case 'tool-call': {
      const input = part.custom === true ? { input: part.arguments } : parseArguments(part.arguments);
      if (input === undefined) reply.lost('tool_use.input');
      return [written({ type: 'tool_use', id: part.id, name: part.name, input: input ?? {} }, part.extra)];
    }
    case 'search':
      return encodeSearch(part, verbatim ? part.id : searchId(part.id, index));
    case 'native':
      if (part.dialect === own) return [{ ...part.raw }];
      reply.lost(part.type);
      return [];
    default:
      reply.lost(part.kind === 'media' ? part.media : part.kind);
      return [];
  }
}

/** Blank text would be sent back by the client, and refused by this dialect's own models. */
function encodeText(part: TextPart, verbatim: boolean, reply: ReplyFacts): Draft[] {
  if (!verbatim && part.text.trim() === '') return [];
  if (part.logprobs !== undefined) reply.lost('logprobs');
  const citations = part.citations?.flatMap((citation) => citationOf(citation, part.text, reply));
  const said = citations === undefined || citations.length === 0 ? undefined : citations;
  return [written({ type: 'text', text: part.text, citations: said }, part.extra)];
}

export function citationOf(citation: Citation, text: string, reply: ReplyFacts): Draft[] {
  const said = encodeCitation(citation, text);
  if (said === undefined) reply.lost('citations');
  return said === undefined ? [] : [said];
}

function encodeReasoning(part: ReasoningPart, verbatim: boolean): Draft[] {
  const { text, opaque, redacted, extra } = part;
  const blob = opaque === undefined ? '' : wrap(opaque, own);
  if (redacted === true)
    return blob === '' && !verbatim ? [] : [written({ type: 'redacted_thinking', data: blob }, extra)];
  if (text === '' && blob === '' && !verbatim) return [];
  const isUnsigned = !verbatim || formOf(extra).unsigned === true;
  const signature = blob === '' ? (isUnsigned ? unsigned : undefined) : blob;
  return [written({ type: 'thinking', thinking: text, signature }, extra)];
}
