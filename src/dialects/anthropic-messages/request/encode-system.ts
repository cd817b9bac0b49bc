// The instructions a conversation begins with -> `system`. Those that come later stay among the messages.
import type { Conversation, Destination, Turn } from '../../../core/index.ts';
import { type Draft, formOf, own } from '../members.ts';
import { encodeParts, type Said } from './encode-parts.ts';

export interface Instructions {
  /** Blocks, or text as the client wrote it; undefined for none. */
  readonly system: string | readonly Draft[] | undefined;
  /** The turns after them. */
  readonly rest: readonly Turn[];
}

export function encodeSystem(conversation: Conversation, to: Destination): Instructions {
  const { turns } = conversation;
  const found = turns.findIndex((turn) => !isLeading(turn));
  const count = found === -1 ? turns.length : found;
  if (count === 0) return { system: undefined, rest: turns };
  const blocks = turns.slice(0, count).flatMap((turn) => encodeParts(turn, conversation, to));
  const [first] = turns;
  const rest = turns.slice(count);
  const isText = count === 1 && formOf(first?.extra).content === 'string' && isPlain(blocks);
  if (isText) return { system: String(blocks[0]?.text), rest };
  return { system: blocks.length === 0 ? undefined : blocks, rest };
}

/** A client of this dialect that put it among the messages meant it to stand there. */
function isLeading({ role, extra }: Turn): boolean {
  if (role !== 'system' && role !== 'developer') return false;
  return extra?.dialect !== own || formOf(extra).place === 'system';
}

/** One text and nothing else: it may be written as a string. */
export function isPlain(blocks: Said): boolean {
  const [block] = blocks;
  return blocks.length === 1 && block?.type === 'text' && Object.keys(block).length === 2;
}
