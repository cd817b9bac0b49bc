// Turns -> `messages`, in the order this dialect demands (wire.md, section 4): the user first and last, both sides by
// turns, results of tools right after their calls. What a client of this dialect wrote stays as it wrote it.
import { type Conversation, type Destination, GatewayError, type Turn } from '../../../core/index.ts';
import { asString } from '../../json.ts';
import { type Draft, formOf, own, written } from '../members.ts';
import { encodeParts } from './encode-parts.ts';
import { isPlain } from './encode-system.ts';
import { pairResults } from './pair-results.ts';

export interface Message {
  readonly role: 'user' | 'assistant' | 'system';
  readonly blocks: readonly Draft[];
  /** The client's own, to be left alone. */
  readonly turn?: Turn | undefined;
}

interface Messages {
  readonly messages: readonly Draft[];
  /** What is left of `system`. */
  readonly spare: string | readonly Draft[] | undefined;
}

type System = string | readonly Draft[] | undefined;

export function encodeMessages(turns: readonly Turn[], system: System, all: Conversation, to: Destination): Messages {
  const said = turns.map((turn) => messageOf(turn, all, to));
  const ordered = merged(pairResults(merged(said), to.notes).filter(saysSomething));
  if (all.extra?.dialect === own) return { messages: ordered.map(encodeMessage), spare: system };
  const [first] = ordered;
  const last = ordered.at(-1);
  if (last?.role === 'assistant' && last.turn === undefined) throw prefill();
  if (first === undefined) return alone(system);
  const opening = first.role === 'assistant' && first.turn === undefined ? [{ role: 'user', content: [started] }] : [];
  return { messages: [...opening, ...ordered.map(encodeMessage)], spare: system };
}

/** A client's own message may be empty as it wrote it, but not because all of it was of another vendor. */
function saysSomething({ blocks, turn }: Message): boolean {
  return blocks.length > 0 || turn?.parts.length === 0;
}

/** A conversation may begin with the assistant elsewhere (a greeting). */
const started = { type: 'text', text: '(The conversation begins.)' };

function messageOf(turn: Turn, all: Conversation, to: Destination): Message {
  const blocks = encodeParts(turn, all, to);
  if (turn.extra?.dialect === own) {
    const role = turn.role === 'developer' ? 'system' : turn.role;
    return { role, blocks, turn };
  }
  if (turn.role === 'user' || turn.role === 'assistant') return { role: turn.role, blocks };
  // Only newer models know instructions between messages; as a reminder of the user's all of them do.
  const text = blocks.map(({ text: said }) => asString(said) ?? '').join('\n\n');
  const reminder = { type: 'text', text: `<system-reminder>\n${text}\n</system-reminder>` };
  return { role: 'user', blocks: text.trim() === '' ? [] : [reminder] };
}

/** Neighbours of one role are one message, by blocks; but two messages of a client of this dialect stay two. */
function merged(messages: readonly Message[]): Message[] {
  const result: Message[] = [];
  // Grows in place: a history of a thousand neighbours must not be copied a thousand times.
  let growing: Draft[] | undefined;
  for (const message of messages) {
    const last = result.at(-1);
    const joins = last?.role === message.role && (last.turn === undefined || message.turn === undefined);
    if (last === undefined || !joins) {
      result.push(message);
      growing = undefined;
      continue;
    }
    if (growing === undefined) {
      growing = [...last.blocks];
      result[result.length - 1] = { role: last.role, blocks: growing };
    }
    for (const block of message.blocks) growing.push(block);
  }
  return result;
}

function encodeMessage({ role, blocks, turn }: Message): Draft {
  if (turn === undefined) return { role, content: blocks };
  const isText = formOf(turn.extra).content === 'string' && isPlain(blocks);
  return written({ role, content: isText ? blocks[0]?.text : blocks }, turn.extra);
}

/** Instructions and nothing else: elsewhere they are answered. Here somebody must ask: the last of them is the question. */
function alone(system: System): Messages {
  if (system === undefined) {
    const message = 'There is nothing to answer. Send at least one message with content.';
    throw new GatewayError('untranslatable', { message });
  }
  const blocks = typeof system === 'string' ? [{ type: 'text', text: system }] : system;
  const spare = blocks.slice(0, -1);
  return { messages: [{ role: 'user', content: blocks.slice(-1) }], spare: spare.length === 0 ? undefined : spare };
}

/** Since Claude 4.6: "does not support assistant message prefill" (wire.md, section 4). */
function prefill(): GatewayError {
  const message =
    "The last message is the assistant's, and this model cannot go on from its own words. End with a user message or with tool results.";
  return new GatewayError('untranslatable', { message });
}
