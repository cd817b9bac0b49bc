// Structured output where it cannot be asked for: up to generation 2.5, "function calling with a response mime type
// 'application/json' is unsupported". With functions declared the format is told to the model in words, with a note.
import type { Conversation, Destination } from '../../../../core/index.ts';
import { inWords } from '../../../canonical/worded-format.ts';
import { familyOf } from '../families.ts';

/** The conversation as it is where the format can be asked for, or none is wanted. */
export function toldFormat(conversation: Conversation, to: Destination): Conversation {
  const { format, tools, extra } = conversation;
  const isWanted = format !== undefined && format.kind !== 'text' && extra?.dialect !== 'gemini';
  if (!isWanted || familyOf(to.model).formatWithTools || !tools.some(({ kind }) => kind === 'function'))
    return conversation;
  to.notes.drop('format');
  const rule = 'When you answer without calling a tool, answer with JSON only, without a code block around it.';
  return inWords(conversation, rule);
}
