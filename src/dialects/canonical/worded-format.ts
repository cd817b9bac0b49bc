// Structured output that a dialect cannot be asked for, told to the model in words.
import type { Conversation, DialectName, JsonObject, Notes, Turn } from '../../core/index.ts';

/**
 * For dialects that refuse JSON other than objects: "schema must be a JSON Schema of 'type: "object"', got 'type: "array"'".
 * What a client of the dialect itself asks for is left alone.
 */
export function wordedFormat(conversation: Conversation, own: DialectName, notes: Notes): Conversation {
  const { format, extra } = conversation;
  const schema = format?.kind === 'schema' ? format.schema : undefined;
  if (schema === undefined || extra?.dialect === own || mayBeObject(schema)) return conversation;
  notes.drop('format');
  return inWords(conversation, 'Answer with JSON only, without a code block around it.');
}

function mayBeObject({ type }: JsonObject): boolean {
  return typeof type !== 'string' || type === 'object';
}

/** The format as an instruction: in front of what the user says, behind the other instructions. */
export function inWords({ format, ...rest }: Conversation, rule: string): Conversation {
  const { turns } = rest;
  const schema =
    format?.schema === undefined ? '' : ` It must match this JSON Schema:\n${JSON.stringify(format.schema)}`;
  const told: Turn = { role: 'system', parts: [{ kind: 'text', text: `${rule}${schema}` }] };
  const first = turns.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  const place = first === -1 ? turns.length : first;
  return { ...rest, turns: [...turns.slice(0, place), told, ...turns.slice(place)] };
}
