// Structured output where it cannot be asked for: up to generation 2.5, "function calling with a response mime type
// 'application/json' is unsupported". With functions declared the format is told to the model in words, with a note.
import type { Conversation, Destination } from '../../../../core/index.ts';
import { familyOf } from '../families.ts';

/** The instruction; undefined where the format can be asked for, or none is wanted. */
export function toldFormat({ format, tools, extra }: Conversation, to: Destination): string | undefined {
  const isWanted = format !== undefined && format.kind !== 'text' && extra?.dialect !== 'gemini';
  if (!isWanted || familyOf(to.model).formatWithTools || !tools.some(({ kind }) => kind === 'function'))
    return undefined;
  to.notes.drop('format');
  const rule = 'When you answer without calling a tool, answer with JSON only, without a code block around it.';
  return format.schema === undefined
    ? rule
    : `${rule} It must match this JSON Schema:\n${JSON.stringify(format.schema)}`;
}
