// The parts of a turn -> content blocks.
import type {
  Conversation,
  Destination,
  Part,
  ReasoningPart,
  SearchPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  Turn,
} from '../../../core/index.ts';
import { mayReturn } from '../../canonical/envelope.ts';
import { parseArguments } from '../../canonical/numbers.ts';
import { encodeCitation, isSealed } from '../blocks/citations.ts';
import { encodeSearch } from '../blocks/search.ts';
import { type Draft, formOf, own, written } from '../members.ts';
import { encodeMedia } from './encode-media.ts';

export type Said = readonly Draft[];

/** Where a part stands, and on its way to whom. */
export interface Place {
  readonly role: Turn['role'];
  /** Written as its client of this dialect had it, faults included. */
  readonly verbatim: boolean;
  readonly cameFrom: string;
  readonly to: Destination;
}

export function encodeParts(turn: Turn, { extra }: Conversation, to: Destination): Draft[] {
  to.notes.dropExtra('turn', turn.extra, own);
  const from = turn.extra?.dialect ?? extra?.dialect ?? own;
  const place = { role: turn.role, verbatim: turn.extra?.dialect === own, cameFrom: from, to };
  return turn.parts.flatMap((part) => encodePart(part, place));
}

export function encodePart(part: Part, place: Place): Draft[] {
  const { notes } = place.to;
  if (part.kind !== 'native') notes.dropExtra('part', part.extra, own);
  if (part.opaque !== undefined && part.kind !== 'reasoning') notes.drop('opaque');
  switch (part.kind) {
    case 'text':
      return encodeText(part, place);
    case 'refusal':
      return encodeText({ kind: 'text', text: part.text }, place);
    case 'reasoning':
      return encodeReasoning(part, place);
    case 'tool-call':
      return [encodeToolUse(part, place)];
    case 'tool-result':
      return [encodeToolResult(part, place)];
    case 'media':
      return encodeMedia(part, place);
    case 'search':
      return encodeOwnSearch(part, place);
    default:
      if (part.dialect === own) return [{ ...part.raw }];
      notes.drop('part');
      return [];
  }
}

/** Empty text is refused: "text content blocks must be non-empty" (claude-code#62396). */
function encodeText(part: TextPart, { verbatim, to }: Place): Draft[] {
  if (!verbatim && part.text.trim() === '') return [];
  const citations = part.citations?.filter(isSealed).map((citation) => encodeCitation(citation, part.text));
  if (citations?.length !== part.citations?.length) to.notes.drop('text.citations');
  const said = citations === undefined || citations.length === 0 ? undefined : citations;
  return [written({ type: 'text', text: part.text, citations: said }, part.extra)];
}

/** A block without a signature, or with that of another vendor, is answered with 400: it is not sent (wire.md, section 6). */
function encodeReasoning(part: ReasoningPart, { verbatim, cameFrom, to }: Place): Draft[] {
  const { opaque, text, extra } = part;
  if (opaque === undefined && verbatim && formOf(extra).unsigned !== true) {
    // Compatible vendors sign nothing: what their own client sends them back they take.
    return [
      written(part.redacted === true ? { type: 'redacted_thinking' } : { type: 'thinking', thinking: text }, extra),
    ];
  }
  if (opaque === undefined) {
    to.notes.drop('reasoning.text');
    return [];
  }
  if (!mayReturn(opaque, to.origin, extra?.dialect ?? cameFrom)) {
    to.notes.drop('opaque');
    return [];
  }
  const { data } = opaque;
  if (part.redacted === true || opaque.redacted === true) return [written({ type: 'redacted_thinking', data }, extra)];
  return [written({ type: 'thinking', thinking: text, signature: data }, extra)];
}

function encodeToolUse(part: ToolCallPart, { to }: Place): Draft {
  const input = parseArguments(part.arguments);
  if (input === undefined) to.notes.drop('toolCall.arguments');
  return written({ type: 'tool_use', id: part.id, name: part.name, input: input ?? {} }, part.extra);
}

function encodeToolResult(part: ToolResultPart, place: Place): Draft {
  const { callId, content, isError, extra } = part;
  const form = formOf(extra).content;
  const blocks = content.flatMap((inner) => encodePart(inner, place));
  const [first] = content;
  const plain = content.length === 1 && first?.kind === 'text' && Object.keys(blocks[0] ?? {}).length <= 2;
  // A lone text is said as text, but by a client that wrote a list.
  const asText = plain && (form === 'string' || !place.verbatim);
  const none = blocks.length === 0 && form === 'none';
  const said = asText ? first.text : none ? undefined : blocks;
  return written({ type: 'tool_result', tool_use_id: callId, content: said, is_error: isError }, extra);
}

/** The vendor takes back only what its own search found: sealed, under an id of its own. */
function encodeOwnSearch(part: SearchPart, { to }: Place): Draft[] {
  if (part.extra?.dialect === own && part.id.startsWith('srvtoolu_')) return encodeSearch(part);
  to.notes.drop('part');
  return [];
}
